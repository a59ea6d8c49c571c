"""What is recorded of a trace, and what never is."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from chassis.messaging import message_traces
from chassis.runtime import telemetry, traces
from chassis.runtime.traces import Step
from chassis.web.middleware import RequestTelemetry

PARENT = f"00-{'a' * 32}-{'b' * 16}-01"
STEP = Step("a step", SpanKind.INTERNAL)


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    """What was recorded while everything is."""
    yield recording(monkeypatch, 1.0)
    message_traces.projected_traces.clear()


def recording(monkeypatch: pytest.MonkeyPatch, share: float) -> InMemorySpanExporter:
    monkeypatch.setattr(traces, "recorder", traces._Recorder())
    exporter = InMemorySpanExporter()
    traces.start("tests", share, SimpleSpanProcessor(exporter))
    return exporter


def only(exporter: InMemorySpanExporter) -> ReadableSpan:
    found = exporter.get_finished_spans()
    assert len(found) == 1
    return found[0]


def test_nobody_loads_the_sdk_who_sends_no_traces() -> None:
    program = (
        "import sys; from services.enrollment.app import service; from chassis.runtime import traces;"
        "traces.export('enrollment-api', '', 1.0);"
        "sys.exit(any(name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def test_without_recording_a_trace_is_carried_on_as_it_came() -> None:
    with telemetry.correlated(None, PARENT, STEP):
        assert telemetry.traceparent.get() == PARENT


def test_a_step_is_a_span_of_the_trace_that_came(spans: InMemorySpanExporter) -> None:
    with telemetry.correlated(None, PARENT, STEP):
        inner = telemetry.traceparent.get() or ""
    span = only(spans)
    assert span.context is not None and span.parent is not None
    assert (f"{span.context.trace_id:032x}", f"{span.parent.span_id:016x}") == ("a" * 32, "b" * 16)
    assert inner == f"00-{'a' * 32}-{span.context.span_id:016x}-01"


@pytest.mark.parametrize("parent", [None, "nonsense", f"00-{'0' * 32}-{'b' * 16}-01", PARENT + "-x"])
def test_what_is_no_trace_begins_one(spans: InMemorySpanExporter, parent: str | None) -> None:
    with telemetry.correlated(None, parent, STEP):
        pass
    assert only(spans).parent is None


def test_an_error_is_told_by_its_class_alone(spans: InMemorySpanExporter) -> None:
    with pytest.raises(LookupError), telemetry.correlated(None, PARENT, STEP):
        raise LookupError("Rosa Ñaupari")
    span = only(spans)
    assert (span.status.status_code, span.status.description, span.events) == (StatusCode.ERROR, None, ())
    assert dict(span.attributes or {}) == {"error.type": "LookupError"}


def test_who_asks_does_not_decide_what_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    spans = recording(monkeypatch, 0.0)
    with telemetry.correlated(None, PARENT, STEP):
        assert (telemetry.traceparent.get() or "").endswith("-00")
    assert spans.get_finished_spans() == ()


async def test_a_request_is_told_by_its_route(spans: InMemorySpanExporter) -> None:
    app = FastAPI(telemetry={"tracing": False})
    app.add_middleware(RequestTelemetry, service="enrollment")

    @app.get("/people/{document}")
    async def show(document: str) -> None: ...

    @app.get("/health/live")
    async def live() -> None: ...

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        await http.get("/people/12345678?names=Rosa")
        await http.get("/health/live")

    span = only(spans)
    assert span.name == "GET /people/{document}"
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "minka.service": "enrollment",
        "http.route": "/people/{document}",
        "http.response.status_code": 200,
    }


def a_row(traceparent: str | None, age: timedelta) -> Any:
    row = {"traceparent": traceparent, "recorded_at": datetime.now(UTC) - age}
    return row | {"aggregatetype": "enrollment.events", "type": "minka.enrollment.PersonRegistered.v1"}


def test_a_row_that_is_sent_again_is_no_news(spans: InMemorySpanExporter) -> None:
    second = timedelta(seconds=1)
    message_traces.sent([a_row(PARENT, second), a_row(PARENT, 2 * message_traces.NEWS)])
    message_traces.sent([a_row(None, second), a_row(PARENT.removesuffix("01") + "00", second)])

    span = only(spans)
    assert span.name == "send enrollment.events"
    assert (span.end_time or 0) - (span.start_time or 0) >= second.total_seconds() * 1e9


def test_each_trace_is_published_once_and_what_came_meanwhile_waits(spans: InMemorySpanExporter) -> None:
    now, other = datetime.now(UTC), PARENT.replace("a", "c")
    counted = [message_traces.ProjectedTrace(trace, now) for trace in (other, other, PARENT)]
    late = message_traces.ProjectedTrace(PARENT.replace("a", "d"), now)
    message_traces.projected_traces.extend([*counted, late])

    message_traces.published(counted, STEP)

    span = only(spans)
    assert span.context is not None and f"{span.context.trace_id:032x}" == "c" * 32, "the newest has its span already"
    assert list(message_traces.projected_traces) == [late]
