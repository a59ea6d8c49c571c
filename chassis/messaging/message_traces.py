"""The spans of events that go by the thousand: sent by the relay, projected, and counted in a published figure.

Each event ends a span of its own, which begins when the event was recorded, so that it shows how long the event was on
its way. What is sent or projected again later, after a lost broker or for a rebuild, is no news of its trace.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from opentelemetry.trace import SpanKind

from chassis.messaging.dead_letters.store import Record
from chassis.runtime import traces
from chassis.runtime.traces import Step
from chassis.store.database import Row
from contracts.envelope import from_headers

NEWS = timedelta(hours=1)
"""How old an event may be that is sent or projected for the first time."""

MOST_PROJECTED = 1_000
"""Traces that wait for the next publication; the oldest are forgotten beyond."""


@dataclass(frozen=True, slots=True)
class ProjectedTrace:
    """The trace of an event that was projected, and when."""

    traceparent: str
    projected_at: datetime


projected_traces: deque[ProjectedTrace] = deque(maxlen=MOST_PROJECTED)
"""Of this process: where another one publishes, the trace ends with the projection."""


def sent(rows: Sequence[Row]) -> None:
    """Ends the spans of rows of the outbox that the broker has acknowledged."""
    for row in rows if traces.recorder.is_on else ():
        if _is_news(row["traceparent"], row["recorded_at"]):
            step = _step("send", SpanKind.PRODUCER, row["aggregatetype"], row["type"])
            traces.record(step, row["traceparent"], row["recorded_at"])


def projected(projection: str, prepared: Iterable[tuple[Record, Any]]) -> None:
    """Ends the spans of records that a projection has written."""
    for record, _ in prepared if traces.recorder.is_on else ():
        envelope = from_headers(record.headers)
        if envelope.traceparent is not None and _is_news(envelope.traceparent, envelope.time):
            step = _step(f"project {projection}:", SpanKind.CONSUMER, record.topic, envelope.type)
            traces.record(step, envelope.traceparent, envelope.time)
            projected_traces.append(ProjectedTrace(envelope.traceparent, datetime.now(UTC)))


def published(counted: Sequence[ProjectedTrace], step: Step) -> None:
    """Ends the traces of events that are counted in what was published. The newest has its span already."""
    first = {one.traceparent: one.projected_at for one in reversed(counted)}
    for traceparent, projected_at in first.items():
        if traceparent != counted[-1].traceparent:
            traces.record(step, traceparent, projected_at)
    ended = set(counted)
    while projected_traces and projected_traces[0] in ended:
        projected_traces.popleft()


def reacting(event_type: str) -> Step:
    """The span of one reaction."""
    return Step(f"react to {event_type}", SpanKind.CONSUMER, _attributes("process", event_type))


def _is_news(traceparent: str | None, since: datetime) -> bool:
    return traces.is_recorded(traceparent) and datetime.now(UTC) - since < NEWS


def _step(action: str, kind: SpanKind, topic: str, event_type: str) -> Step:
    operation = "send" if kind is SpanKind.PRODUCER else "process"
    return Step(f"{action} {topic}", kind, {**_attributes(operation, event_type), "messaging.destination.name": topic})


def _attributes(operation: str, event_type: str) -> dict[str, str | int]:
    return {"messaging.system": "kafka", "messaging.operation.type": operation, "cloudevents.event_type": event_type}
