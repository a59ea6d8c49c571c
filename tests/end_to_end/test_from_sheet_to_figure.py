"""An office's sheet goes in; the public number moves by exactly the people who are new."""

from typing import Any
from uuid import uuid4

from tests.end_to_end.recounts import recounted, settled
from tests.support.sheets import document, row, sheet
from tests.support.trials import NewCohort, Trial
from tests.support.waiting import wait_until


async def import_sheet(trial: Trial, content: bytes, name: str = "sheet.csv", **fields: str) -> dict[str, Any]:
    """Uploads a sheet as a coordinator does and waits for its job's end."""
    answer = trial.post("/enrollment/api/imports", files={"file": (name, content)}, data=fields)
    assert answer.status_code == 202, answer.text
    path = f"/enrollment/api/imports/{answer.json()['import_id']}"

    def finished() -> dict[str, Any] | None:
        job: dict[str, Any] = trial.get(path, "coordinator").json()
        return job if job["state"] in ("done", "failed") else None

    job = await wait_until(finished, limit=480)
    assert job["state"] == "done", job
    return job


async def test_the_total_grows_by_exactly_the_new_people(trial: Trial) -> None:
    cohort = trial.cohort()
    good = [document() for _ in range(60)]
    rows = [row(cohort.name, number) for number in good]
    flaws = [row(cohort.name, "123"), row(cohort.name, document(), consent="No"), row(cohort.name, good[0])]
    before = await settled(trial, "enrolled")

    job = await import_sheet(trial, sheet([*rows[:30], *flaws, *rows[30:]]))

    assert (job["accepted"], job["accepted_new_people"]) == (60, 60)
    assert (job["refused"], job["already_enrolled"]) == (2, 1)
    await wait_until(lambda: trial.is_published("enrolled", before + 60))


async def test_the_same_sheet_twice_changes_nothing(trial: Trial) -> None:
    cohort = trial.cohort()
    content = sheet(row(cohort.name, document()) for _ in range(20))
    first = await import_sheet(trial, content)
    await wait_until(lambda: _published(trial, cohort) == first["accepted"])

    second = await import_sheet(trial, content)

    assert (second["accepted"], second["already_enrolled"], second["accepted_new_people"]) == (0, 20, 0)
    assert _published(trial, cohort) == 20


async def test_a_session_is_held_and_who_came_is_counted(trial: Trial) -> None:
    cohort = trial.cohort()
    await import_sheet(trial, sheet(row(cohort.name, document()) for _ in range(15)))
    await wait_until(lambda: _received(trial, cohort))
    session = trial.make("/sessions/api/sessions", cohort.training())
    trial.make(f"/sessions/api/cohorts/{cohort.cohort_id}/plan/declare-complete", {})
    roster = await wait_until(lambda: _roster_of(trial, session["session_id"], 15))
    attended, trained = await recounted(trial, "attended"), await recounted(trial, "trained")

    scans = [_scan(enrollment, number) for number, enrollment in enumerate(roster[:12])]
    path = f"/sessions/api/sessions/{session['session_id']}/attendance"
    first = trial.make(path, {"scans": scans}, cohort.facilitator)
    again = trial.make(path, {"scans": scans}, cohort.facilitator)

    assert {result["outcome"] for result in first["results"]} == {"recorded"}
    assert again == first, "the same scans again are the same answer"
    await wait_until(lambda: trial.is_published("attended", attended + 12))
    await wait_until(lambda: trial.is_published("trained", trained + 12))


def _received(trial: Trial, cohort: NewCohort) -> bool:
    """Whether sessions has heard who facilitates the cohort."""
    return trial.get(f"/sessions/api/sessions?cohort_id={cohort.cohort_id}", cohort.facilitator).is_success


def _roster_of(trial: Trial, session: str, expected: int) -> list[str] | None:
    roster = trial.get(f"/sessions/api/sessions/{session}/roster", "coordinator").json()["roster"]
    return [entry["enrollment_id"] for entry in roster] if len(roster) == expected else None


def _scan(enrollment: str, number: int) -> dict[str, Any]:
    return {
        "scan_id": str(uuid4()),
        "enrollment_id": enrollment,
        "state": "present",
        "scanned_at": "2025-06-07T14:05:00Z",
        "device_id": "0197a000-0000-7000-8000-0000000000d1",
        "device_sequence": number + 1,
        "clock_offset_ms": 0,
    }


def _published(trial: Trial, cohort: NewCohort) -> int:
    answer = trial.get(f"/api/indicators/enrolled?programme={cohort.programme_id}", "auditor")
    return answer.json()["rows"][0]["value"] or 0
