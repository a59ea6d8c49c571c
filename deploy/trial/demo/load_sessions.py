"""Loads what facilitators enter: the sessions of a cohort, and who came."""

from datetime import timedelta
from typing import Any

from deploy.trial.demo.client import COORDINATOR, Client, until
from deploy.trial.demo.course import Cohort, Session
from deploy.trial.demo.courses import CURRENT_SCOPE
from deploy.trial.demo.ids import demo_id
from deploy.trial.demo.turnout import arrival

UNDECLARED = demo_id(*CURRENT_SCOPE, "cohort", "0602")
"""The cohort whose plan nobody has declared complete yet."""

CONTRADICTED = demo_id(*CURRENT_SCOPE, "session", "0601", 0)
"""The session of which a second device says something else about one person."""


async def hold_cohort(client: Client, cohort: Cohort) -> None:
    """Plans the cohort's sessions, and holds those that are over."""
    sessions = cohort.sessions()
    for session in sessions:
        await client.post(COORDINATOR, "/sessions/api/sessions", _planned(session))
    if cohort.id != UNDECLARED:
        declared = f"/sessions/api/cohorts/{cohort.id}/plan/declare-complete"
        await client.post(COORDINATOR, declared, {"accept_missing": True}, demo_id("plan", cohort.id))
    roster = await _whole_roster(client, cohort, sessions[0])
    for session in sessions:
        if session.is_rained_off:
            cancel = f"/sessions/api/sessions/{session.id}/cancel"
            await client.post(COORDINATOR, cancel, {}, demo_id("cancel", session.id))
        elif session.is_over:
            await _take_attendance(client, session, roster)


def _planned(session: Session) -> dict[str, Any]:
    cohort = session.cohort
    return {
        "session_id": str(session.id),
        "cohort_id": str(cohort.id),
        "kind": session.kind,
        "title": session.title,
        "module_id": str(cohort.course.module_id(session.module)) if session.module else None,
        "district": session.district.inei,
        "place": f"Local comunal de {session.district.capital}",
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "required": session.required,
    }


async def _whole_roster(client: Client, cohort: Cohort, session: Session) -> list[str]:
    """The enrollments on the session's roster, once it has all that enrollment has accepted."""
    answer = await client.get(COORDINATOR, f"/enrollment/api/cohorts/{cohort.id}/enrollments")
    seated = {row["enrollment_id"] for row in answer["enrollments"] if row["status"] == "accepted"}

    async def complete_roster() -> list[str] | None:
        answer = await client.get(cohort.facilitator, f"/sessions/api/sessions/{session.id}/roster")
        known = {row["enrollment_id"] for row in answer["roster"]}
        return sorted(seated) if seated <= known else None

    roster: list[str] = await until(f"the roster of {cohort.name}", complete_roster) if seated else []
    return roster


async def _take_attendance(client: Client, session: Session, roster: list[str]) -> None:
    facilitator, path = session.cohort.facilitator, f"/sessions/api/sessions/{session.id}"
    await client.post(facilitator, f"{path}/hold", {}, demo_id("hold", session.id))
    scans = [scan for number, enrollment in enumerate(roster, 1) if (scan := _scan(session, enrollment, number))]
    if scans:
        await client.post(facilitator, f"{path}/attendance", {"scans": scans})
    if session.id == CONTRADICTED:
        await client.post(facilitator, f"{path}/attendance", {"scans": [_contradiction(scans[0])]})


def _scan(session: Session, enrollment: str, number: int) -> dict[str, Any] | None:
    came = arrival(session, enrollment)
    if came is None:
        return None
    cohort = session.cohort
    return {
        "scan_id": str(demo_id("scan", session.id, enrollment)),
        "enrollment_id": enrollment,
        "state": came.state,
        "scanned_at": (session.starts_at + timedelta(minutes=came.minutes)).isoformat(),
        "device_id": str(cohort.course.id_of("device", cohort.facilitator)),
        "device_sequence": session.number * 10_000 + number,
        "clock_offset_ms": 0,
    }


def _contradiction(scan: dict[str, Any]) -> dict[str, Any]:
    """What a second device says about the same person."""
    other = "late" if scan["state"] != "late" else "present"
    ids = {name: str(demo_id("contradiction", scan[name])) for name in ("scan_id", "device_id")}
    return {**scan, **ids, "state": other}
