"""A trace ends with the publication of figures that count its event, and not with an earlier one."""

from datetime import UTC, datetime

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from chassis.messaging import message_traces
from chassis.messaging.message_traces import ProjectedTrace
from chassis.runtime import traces
from chassis.store.database import Pool
from services.reporting.publishing import publisher
from services.reporting.tests.stories import enrolled_people
from services.reporting.tests.worker_steps import fold_events, mark_sources_read, update_contributions

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


async def publish(pool: Pool) -> None:
    async with pool.acquire() as connection:
        await publisher.publish_and_trace(connection)


async def test_a_trace_ends_when_its_event_is_counted(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "recorder", traces._Recorder())
    spans = InMemorySpanExporter()
    traces.start("tests", 1.0, SimpleSpanProcessor(spans))
    await mark_sources_read(pool)
    await fold_events(pool, *enrolled_people(0, 20))
    message_traces.projected_traces.append(ProjectedTrace(TRACE, datetime.now(UTC)))

    await publish(pool)
    assert spans.get_finished_spans() == ()

    await update_contributions(pool)
    await publish(pool)

    [span] = spans.get_finished_spans()
    assert span.name == "publish figures"
    assert not message_traces.projected_traces
    carried = await pool.fetch("SELECT DISTINCT traceparent FROM outbox WHERE traceparent LIKE '%-01'")
    assert [row["traceparent"].split("-")[1] for row in carried] == ["a" * 32]
