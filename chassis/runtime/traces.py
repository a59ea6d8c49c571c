"""Traces: the way of one request through outbox, Kafka, reactions and projection to the published figure, as spans.

Without an address to send them to, none is made and the SDK is not imported. The name and the attributes of a span come
from the code: templates of routes, topics, types of events. An address, a key, a parameter of SQL and the text of an
error could name people.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import (
    NoOpTracer,
    Span,
    SpanKind,
    StatusCode,
    TraceFlags,
    Tracer,
    format_span_id,
    format_trace_id,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from chassis.version import VERSION

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_PROPAGATOR = TraceContextTextMapPropagator()

Attributes = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Step:
    """What a span is about. `attributes` are named as OpenTelemetry's semantic conventions have them.

    Below a step that is not followed nothing is recorded; what it does carries its trace's id all the same.
    """

    name: str
    kind: SpanKind
    attributes: Attributes = field(default_factory=dict)
    is_followed: bool = True


@dataclass
class _Recorder:
    """What makes the spans of this process."""

    tracer: Tracer = field(default_factory=NoOpTracer)
    is_on: bool = False


recorder = _Recorder()


def export(process: str, url: str, share: float) -> None:
    """Records this share of all traces from now on and sends them to `url` by OTLP over HTTP; nothing without one."""
    if url:
        # Only processes that send traces need the SDK.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        start(process, share, BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))


def start(process: str, share: float, processor: "SpanProcessor") -> None:
    """Makes spans from now on, and hands them to the processor.

    All processes decide alike, by the trace's id, so that a trace is whole or not recorded. Who asks cannot decide it.
    """
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    resource = Resource.create({"service.namespace": "minka", "service.name": process, "service.version": VERSION})
    by_id = TraceIdRatioBased(share)
    provider = TracerProvider(ParentBased(by_id, remote_parent_sampled=by_id), resource)
    provider.add_span_processor(processor)
    recorder.tracer, recorder.is_on = provider.get_tracer("minka", VERSION), True


@contextmanager
def span(step: Step | None, parent: str | None) -> Iterator[str]:
    """Does the block in a span below `parent`, if that is a `traceparent`, and yields the span's own.

    Without a `step`, or where none is recorded, it yields the parent's or a new one. An error is told by its class.
    """
    parent = parent if parent and _TRACEPARENT.fullmatch(parent) else None
    if step is None or not recorder.is_on:
        yield parent or new_traceparent()
        return
    with recorder.tracer.start_as_current_span(
        step.name, _below(parent), step.kind, step.attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield _traceparent(current, step)
        except Exception as error:
            _fail(current, type(error).__name__)
            raise


def describe(name: str, attributes: Attributes, failure: str | None = None) -> None:
    """Says of the current span what was not known at its beginning."""
    current = trace.get_current_span()
    current.update_name(name)
    current.set_attributes(attributes)
    if failure is not None:
        _fail(current, failure)


def record(step: Step, parent: str, began: datetime) -> None:
    """Makes a span of something that ends now."""
    nanoseconds = int(began.timestamp() * 1e9)
    recorder.tracer.start_span(step.name, _below(parent), step.kind, step.attributes, start_time=nanoseconds).end()


def is_recorded(parent: str | None) -> bool:
    """Whether spans below this `traceparent` are recorded."""
    return recorder.is_on and parent is not None and parent.endswith("-01")


def new_traceparent() -> str:
    """A W3C trace context for work that nobody traced before (sampled flag unset)."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00"


def _below(parent: str | None) -> Context:
    return _PROPAGATOR.extract({"traceparent": parent} if parent else {})


def _traceparent(current: Span, step: Step) -> str:
    context = current.get_span_context()
    flags = context.trace_flags if step.is_followed else TraceFlags.DEFAULT
    return f"00-{format_trace_id(context.trace_id)}-{format_span_id(context.span_id)}-{flags:02x}"


def _fail(current: Span, kind: str) -> None:
    current.set_attribute("error.type", kind)
    current.set_status(StatusCode.ERROR)
