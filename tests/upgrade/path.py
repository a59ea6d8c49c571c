"""One way through all services, as people go it: from a programme to the public figures of who was trained in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

import httpx

from tests.support.sheets import document, row, sheet
from tests.upgrade.releases import RunningRelease

FACILITATOR = "facilitator-0601"
DATES = {"starts_on": "2025-04-01", "ends_on": "2025-12-31"}
PEOPLE = 12
"""One of them is enrolled alone, the others by a sheet. A figure of fewer than ten would be withheld."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """What was entered."""

    programme_id: str
    cohort_id: str
    name: str
    document: str
    """Of the one who is enrolled alone."""


async def train_a_cohort(running: RunningRelease) -> Cohort:
    """From the programme to its figures; through every service's HTTP side, outbox, relay, consumer and jobs."""
    cohort = await open_cohort(running)
    await _enroll(running, cohort)
    await _hold_a_session(running, cohort)
    await expect_figures(running, cohort)
    await expect_in_media(running, cohort.programme_id)
    return cohort


async def open_cohort(running: RunningRelease) -> Cohort:
    """A programme and a cohort, until sessions knows who facilitates it."""
    programme, cohort = await publish_programme(running), str(uuid4())
    code = _code(programme)
    post = partial(running.post, "coordinator", "enrollment")
    await post("/api/cohorts", json={
        "cohort_id": cohort, "programme_id": programme, "name": f"Cohorte {code}", "province": "0601", "capacity": 50,
        **DATES,
    })  # fmt: skip
    await post(f"/api/cohorts/{cohort}/facilitators", json={"facilitator_id": FACILITATOR})
    await running.wait_for(
        "sessions", f"/api/sessions?cohort_id={cohort}", lambda answer: answer.is_success, FACILITATOR
    )
    return Cohort(programme, cohort, f"Cohorte {code}", document())


async def publish_programme(running: RunningRelease) -> str:
    """Returns the new programme's id."""
    programme = str(uuid4())
    body = {"programme_id": programme, "code": _code(programme), "title": _code(programme), **DATES}
    await running.post("coordinator", "enrollment", "/api/programmes", json=body)
    return programme


async def expect_figures(running: RunningRelease, cohort: Cohort) -> None:
    """Reporting has counted everybody who was enrolled and everybody who came."""
    for indicator in ("enrolled", "attended"):
        await running.wait_for(
            "reporting", f"/api/indicators/{indicator}?programme={cohort.programme_id}", _counts_everybody, "auditor"
        )


async def expect_known(running: RunningRelease, cohort: Cohort) -> None:
    """The person who was enrolled alone is found by their document."""
    found = await running.post("coordinator", "enrollment", "/api/people/search", json={"text": cohort.document})
    assert [entry["cohort_id"] for entry in found.json()["enrollments"]] == [cohort.cohort_id]


def _counts_everybody(answer: httpx.Response) -> bool:
    return bool(answer.is_success and answer.json()["rows"][0]["value"] == PEOPLE)


async def _enroll(running: RunningRelease, cohort: Cohort) -> None:
    await running.post("coordinator", "enrollment", "/api/enrollments", json={
        "cohort_id": cohort.cohort_id,
        "document": {"number": cohort.document},
        "given_names": "Ana",
        "family_names": "Quispe Huamán",
        "birth_date": "1987-05-12",
        "district": {"scheme": "inei", "code": "060101"},
        "enrolled_on": "2025-05-20",
        "consents": [{"purpose": "training"}],
    })  # fmt: skip
    rows = sheet(row(cohort.name, document()) for _ in range(PEOPLE - 1))
    answer = await running.post("coordinator", "enrollment", "/api/imports", files={"file": ("sheet.csv", rows)})
    path = f"/api/imports/{answer.json()['import_id']}"
    found = await running.wait_for("enrollment", path, lambda answer: answer.json()["state"] in ("done", "failed"))
    assert found.json()["accepted"] == PEOPLE - 1, found.text


async def _hold_a_session(running: RunningRelease, cohort: Cohort) -> None:
    """Sessions knows the roster; everybody on it comes."""
    answer = await running.post("coordinator", "sessions", "/api/sessions", json=_session(cohort))
    path = f"/api/sessions/{answer.json()['session_id']}"
    roster = await running.wait_for(
        "sessions", f"{path}/roster", lambda answer: answer.is_success and len(answer.json()["roster"]) == PEOPLE
    )
    scans = [_scan(entry["enrollment_id"], number) for number, entry in enumerate(roster.json()["roster"])]
    await running.post(FACILITATOR, "sessions", f"{path}/attendance", json={"scans": scans})


async def expect_in_media(running: RunningRelease, programme_id: str) -> None:
    """A campaign can be for the programme."""
    page = "/campaigns/new"
    await running.wait_for("media", page, lambda answer: programme_id in answer.text, "communications")


def _code(programme_id: str) -> str:
    return f"P{programme_id[:8].upper()}"


def _session(cohort: Cohort) -> dict[str, Any]:
    return {
        "cohort_id": cohort.cohort_id,
        "kind": "training",
        "title": "El presupuesto participativo",
        "district": "060101",
        "place": "Local comunal",
        "starts_at": "2025-06-07T14:00:00Z",
        "ends_at": "2025-06-07T18:00:00Z",
        "required": True,
    }


def _scan(enrollment: str, number: int) -> Mapping[str, Any]:
    return {
        "scan_id": str(uuid4()),
        "enrollment_id": enrollment,
        "state": "present",
        "scanned_at": "2025-06-07T14:05:00Z",
        "device_id": "0197a000-0000-7000-8000-0000000000d1",
        "device_sequence": number + 1,
        "clock_offset_ms": 0,
    }
