"""A session of today, which a facilitator's first page shows whatever the day is."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from chassis.web.formats import local_date
from contracts.days import start_of
from tests.support.sheets import document, row, sheet
from tests.support.trials import Trial
from tests.support.waiting import wait_until


@dataclass(frozen=True, slots=True)
class TodaysSession:
    session_id: str
    facilitator: str
    enrollments: list[str]


async def session_today(trial: Trial, title: str, facilitator: str) -> TodaysSession:
    """A session today of a new cohort of four, which sessions knows of."""
    cohort = trial.cohort(facilitator=facilitator)
    rows = [row(cohort.name, document(), family=f"Huamán {letter}", given="Zoila") for letter in "ABCD"]
    trial.post("/enrollment/api/imports", files={"file": ("sheet.csv", sheet(rows))})
    sessions = f"/sessions/api/sessions?cohort_id={cohort.cohort_id}"
    await wait_until(lambda: trial.get(sessions, facilitator).is_success)
    begin = start_of(local_date(datetime.now(UTC))) + timedelta(hours=9)
    session = trial.make("/sessions/api/sessions", {
        "cohort_id": str(cohort.cohort_id), "kind": "training", "title": title, "district": "060101", "required": True,
        "place": "Local comunal", "starts_at": begin.isoformat(), "ends_at": (begin + timedelta(hours=4)).isoformat(),
    })  # fmt: skip
    roster = f"/sessions/api/sessions/{session['session_id']}/roster"
    await wait_until(lambda: len(trial.get(roster, "coordinator").json()["roster"]) == len(rows))
    enrollments = [entry["enrollment_id"] for entry in trial.get(roster, "coordinator").json()["roster"]]
    return TodaysSession(session["session_id"], facilitator, enrollments)


async def check_in_first(trial: Trial, session: TodaysSession) -> None:
    """The first of its people is present; the others are not marked yet."""
    scan = {
        "scan_id": str(uuid4()), "enrollment_id": session.enrollments[0], "state": "present", "device_id": "test",
        "device_sequence": 0, "scanned_at": datetime.now(UTC).isoformat(), "clock_offset_ms": 0,
    }  # fmt: skip
    trial.make(f"/sessions/api/sessions/{session.session_id}/attendance", {"scans": [scan]}, session.facilitator)
