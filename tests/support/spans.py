"""A receiver of traces: it takes what OpenTelemetry's exporters send (OTLP over HTTP), as a collector does."""

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

from deploy.trial.layout import LOOPBACK

MOST_SPANS = 100_000


@dataclass(frozen=True, slots=True)
class Received:
    """A span as it came; ids in hexadecimal digits. `scope` is who made it, `texts` its events and its status."""

    process: str
    scope: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: Mapping[str, str]
    texts: tuple[str, ...]


@dataclass
class SpanReceiver:
    """The spans that were received, the newest last."""

    url: str
    spans: deque[Received] = field(default_factory=lambda: deque(maxlen=MOST_SPANS))

    def of_trace(self, trace_id: str) -> list[Received]:
        return [span for span in list(self.spans) if span.trace_id == trace_id]


@contextmanager
def receiving_spans() -> Iterator[SpanReceiver]:
    """Receives until the block ends."""
    server = ThreadingHTTPServer((LOOPBACK, 0), _Handler)
    server.receiver = SpanReceiver(f"http://{LOOPBACK}:{server.server_port}/v1/traces")  # type: ignore[attr-defined]
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.receiver  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.receiver.spans.extend(_received(ExportTraceServiceRequest.FromString(body)))  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """The tests' output has no line for each request."""


def _received(request: ExportTraceServiceRequest) -> Iterator[Received]:
    for of_process in request.resource_spans:
        process = _texts(of_process.resource.attributes)["service.name"]
        for of_scope in of_process.scope_spans:
            for span in of_scope.spans:
                texts = (*(event.name for event in span.events), *filter(None, [span.status.message]))
                ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
                yield Received(process, of_scope.scope.name, span.name, *ids, _texts(span.attributes), texts)


def _texts(attributes: "list[KeyValue]") -> dict[str, str]:
    return {one.key: one.value.string_value or str(one.value.int_value) for one in attributes}
