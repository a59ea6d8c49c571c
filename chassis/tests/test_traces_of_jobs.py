"""A job is a trace of one span. What it did carries the trace's id, and is not recorded."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from structlog.testing import capture_logs

from chassis.runtime import telemetry
from chassis.runtime.jobs import Job, Jobs
from chassis.store.database import Pool
from chassis.tests.test_jobs import AT_ONCE_AGAIN, add, is_in_state, worker
from chassis.tests.test_traces import STEP, recording
from tests.support.waiting import wait_until

KIND = "letters.send"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    return recording(monkeypatch, 1.0)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with capture_logs():
        yield


async def test_a_job_is_one_span_and_what_it_does_has_the_trace(pool: Pool, spans: InMemorySpanExporter) -> None:
    work: Jobs[None] = Jobs()
    carried: list[str] = []

    @work.on(KIND)
    async def send(_resources: None, job: Job) -> None:
        carried.append(telemetry.traceparent.get() or "")
        with telemetry.correlated(None, carried[0], STEP):
            carried.append(telemetry.traceparent.get() or "")

    job = await add(pool, KIND)
    async with worker(pool, work):
        await wait_until(lambda: is_in_state(pool, job, "done"))

    [span] = spans.get_finished_spans()
    assert span.context is not None
    assert (span.name, span.parent, span.status.status_code) == (KIND, None, StatusCode.UNSET)
    assert dict(span.attributes or {}) == {"minka.service": "test", "minka.outcome": "done"}
    assert [one.split("-")[1] for one in carried] == 2 * [f"{span.context.trace_id:032x}"]
    assert all(one.endswith("-00") for one in carried)


async def test_each_attempt_that_fails_is_a_trace_with_its_outcome(pool: Pool, spans: InMemorySpanExporter) -> None:
    work: Jobs[None] = Jobs()

    @work.on(KIND, retries=AT_ONCE_AGAIN)
    async def send(_resources: None, job: Job) -> None:
        raise LookupError("Rosa Ñaupari")

    job = await add(pool, KIND)
    async with worker(pool, work):
        await wait_until(lambda: is_in_state(pool, job, "failed"))

    found = spans.get_finished_spans()
    assert [dict(span.attributes or {})["minka.outcome"] for span in found] == ["retried", "retried", "failed"]
    assert {span.status.status_code for span in found} == {StatusCode.ERROR}
    assert len({span.context.trace_id for span in found if span.context}) == 3
    assert "Rosa" not in "".join(span.to_json() for span in found)


async def test_periodic_work_has_a_trace_in_its_log_lines_alone(pool: Pool, spans: InMemorySpanExporter) -> None:
    work: Jobs[None] = Jobs()
    carried: list[str | None] = []

    @work.every(timedelta(hours=1), KIND)
    async def look(_resources: None, _job: Job) -> None:
        carried.append(telemetry.traceparent.get())

    async with worker(pool, work):
        await wait_until(lambda: bool(carried))

    assert carried[0] is not None
    assert spans.get_finished_spans() == ()
