"""One enrollment is followed from its request to the public figure in one trace, which tells of nobody."""

import json
import re
import secrets
from collections.abc import Iterator
from typing import Any

from tests.support.sheets import document
from tests.support.spans import Received
from tests.support.trials import Trial
from tests.support.waiting import wait_until

WAY = {
    ("web", "POST /api/enrollments"),
    ("enrollment-worker", "send enrollment.events"),
    ("sessions-worker", "project replicas: enrollment.events"),
    ("reporting-worker", "project reporting: enrollment.events"),
    ("reporting-worker", "publish figures"),
    ("reporting-worker", "send reporting.outcomes"),
}
"""The spans of an enrollment, each with its process."""

ATTRIBUTES = {
    *("http.request.method", "http.route", "http.response.status_code", "minka.service", "minka.outcome", "error.type"),
    *("messaging.system", "messaging.operation.type", "messaging.destination.name", "cloudevents.event_type"),
}

AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-|[0-9]{8}")


async def test_an_enrollment_is_followed_to_the_public_figure(trial: Trial) -> None:
    before, cohort = trial.total("enrolled"), trial.cohort()
    trace_id, caller = secrets.token_hex(16), secrets.token_hex(8)
    headers = {**trial.headers("coordinator"), "traceparent": f"00-{trace_id}-{caller}-01"}

    body = cohort.enrollment(document(), "Illary", "Ñahui")
    answer = trial.http.post("/enrollment/api/enrollments", json=body, headers=headers)

    assert answer.is_success
    await wait_until(lambda: {(span.process, span.name) for span in trial.traces.of_trace(trace_id)} >= WAY)
    spans = trial.traces.of_trace(trace_id)
    assert {span.parent_id for span in spans} <= {caller, *(span.span_id for span in spans)}
    assert trial.total("enrolled") > before
    assert [line["route"] for line in logged(trial, trace_id) if line["message"] == "request"] == ["/api/enrollments"]


def test_no_span_tells_of_anybody(trial: Trial) -> None:
    """Of all that was done in the trial so far."""
    assert trial.traces.spans, "the check has lost its subject"
    assert [span for span in list(trial.traces.spans) if tells(span)] == []


def tells(span: Received) -> bool:
    """Whether the span has more than what the code says."""
    named = (span.name, *span.attributes.values())
    is_ours = span.scope == "minka" and span.attributes.keys() <= ATTRIBUTES
    return not is_ours or bool(span.texts) or any(map(AN_ID.search, named))


def logged(trial: Trial, trace_id: str) -> Iterator[dict[str, Any]]:
    """The lines of the web process's log that carry the trace's id."""
    lines = (trial.layout.logs / "web.log").read_text().splitlines()
    return (json.loads(line) for line in lines if trace_id in line)
