"""Loads the demonstration, from the programmes to the visits. All ids are fixed, so that loading is idempotent."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from chassis.web.texts import _
from contracts.days import day_of
from deploy.trial.demo.campaigns import CAMPAIGNS, current_campaign
from deploy.trial.demo.client import COORDINATOR, Client, run_all, until
from deploy.trial.demo.course import Cohort, Course
from deploy.trial.demo.courses import (
    COMMITMENT,
    CURRENT_SCOPE,
    MINIMUM_PERCENT,
    current_course,
    first_day_of_applications,
)
from deploy.trial.demo.ids import demo_id
from deploy.trial.demo.load_media import load_media
from deploy.trial.demo.load_sessions import hold_cohort
from deploy.trial.demo.organizations import INVENTED_ORGANIZATIONS, ORGANIZATIONS, Member, invented_members, members
from deploy.trial.demo.sheets import demo_sheets, sheet_to_decide
from deploy.trial.demo.targets import targets
from deploy.trial.people import people

Step = Callable[[str], AbstractContextManager[None]]
"""Shows a step while it runs, and its duration."""


async def load(client: Client, folder: Path, public_url: str, step: Step) -> None:
    """Enters both courses. The sheets are written into `folder` first."""
    current = current_course(await _first_day(client))
    with step(_("Demo: programmes, organizations and cohorts")):
        await _organizations(client)
        await _staff(client)
        for course in (COMMITMENT, current):
            await _programme(client, course)
        for target in targets(COMMITMENT):
            await client.post(COORDINATOR, "/enrollment/api/targets", target)
    # One course after the other, so that the public lists move as they would have.
    with step(_("Demo: enrollments and sessions of %(year)d", year=COMMITMENT.starts_on.year)):
        await _enroll_members(client, invented_members(COMMITMENT))
        await _import_sheets(client, folder, COMMITMENT)
        await _hold(client, COMMITMENT)
    with step(_("Demo: enrollments and sessions of %(year)d", year=current.starts_on.year)):
        await _enroll_members(client, members(current))
        await _import_sheets(client, folder, current)
        await _import_sheet(client, await asyncio.to_thread(sheet_to_decide, folder, current))
        await _withdraw(client, next(members(current)))
        await _keep_seats(client, current)
        await _hold(client, current)
    with step(_("Demo: campaigns, links and visits")):
        campaigns = {COMMITMENT: CAMPAIGNS, current: (current_campaign(current),)}
        await load_media(client, campaigns, public_url)


async def _first_day(client: Client) -> date:
    """The first day of the course that is being held: as it was loaded earlier, or so that a session is today."""
    programme = str(demo_id(*CURRENT_SCOPE, "programme"))
    for known in (await client.get(COORDINATOR, "/enrollment/api/programmes"))["programmes"]:
        if known["programme_id"] == programme:
            return date.fromisoformat(known["starts_on"])
    return first_day_of_applications(day_of(datetime.now(UTC)))


async def _organizations(client: Client) -> None:
    for organization in (*ORGANIZATIONS, *INVENTED_ORGANIZATIONS):
        body = {**asdict(organization), "organization_id": str(organization.organization_id)}
        await client.post(COORDINATOR, "/enrollment/api/organizations", body)


async def _staff(client: Client) -> None:
    """Enters whoever facilitates, so that they are chosen by name before they sign in."""
    known = {one["user_id"] for one in (await client.get(COORDINATOR, "/enrollment/api/staff"))["staff"]}
    for person in people():
        if person.role == "facilitator" and person.id not in known:
            body = {"user_id": person.id, "name": person.name, "role": person.role}
            await client.post(COORDINATOR, "/enrollment/api/staff", body)


async def _programme(client: Client, course: Course) -> None:
    await client.post(COORDINATOR, "/enrollment/api/programmes", {
        "programme_id": str(course.programme_id),
        "code": course.code,
        "title": course.title,
        "starts_on": course.starts_on.isoformat(),
        "ends_on": course.ends_on.isoformat(),
    })  # fmt: skip
    for module in course.modules:
        body = {**asdict(module), "module_id": str(course.module_id(module)), "edition": 1}
        await client.post(COORDINATOR, f"/enrollment/api/programmes/{course.programme_id}/modules", body)
    for cohort in course.cohorts():
        await _open_cohort(client, cohort)
    rules = f"/sessions/api/programmes/{course.programme_id}/completion-rules"
    await client.post(COORDINATOR, rules, {"minimum_percent": MINIMUM_PERCENT}, course.id_of("rule"))


async def _open_cohort(client: Client, cohort: Cohort) -> None:
    body = {
        "cohort_id": str(cohort.id),
        "programme_id": str(cohort.course.programme_id),
        "name": cohort.name,
        "province": cohort.province,
        "capacity": cohort.capacity,
        "starts_on": cohort.starts_on.isoformat(),
        "ends_on": cohort.ends_on.isoformat(),
    }
    await client.post(COORDINATOR, "/enrollment/api/cohorts", body)
    facilitators = f"/enrollment/api/cohorts/{cohort.id}/facilitators"
    assigned = cohort.course.id_of("assigned", cohort.province)
    await client.post(COORDINATOR, facilitators, {"facilitator_id": cohort.facilitator}, assigned)


async def _enroll_members(client: Client, several: Iterable[Member]) -> None:
    await run_all(_enroll(client, member.application()) for member in several)


async def _import_sheets(client: Client, folder: Path, course: Course) -> None:
    sheets = await asyncio.to_thread(demo_sheets, folder, course)
    await run_all(_import_sheet(client, sheet) for sheet in sheets)


async def _hold(client: Client, course: Course) -> None:
    await run_all(hold_cohort(client, cohort) for cohort in course.cohorts())


async def _enroll(client: Client, application: dict[str, Any]) -> None:
    key = demo_id("enroll", application["enrollment_id"])
    await client.post(COORDINATOR, "/enrollment/api/enrollments", application, key)


async def _import_sheet(client: Client, sheet: Path) -> None:
    key = demo_id("sheet", sheet.name)
    content = await asyncio.to_thread(sheet.read_bytes)
    accepted = await client.upload(COORDINATOR, "/enrollment/api/imports", {}, sheet.name, content, key)
    path = f"/enrollment/api/imports/{accepted['import_id']}"

    async def finished() -> Any:
        job = await client.get(COORDINATOR, path)
        return job if job["state"] in ("done", "failed") else None

    await until(sheet.name, finished)


async def _withdraw(client: Client, member: Member) -> None:
    """The member gives the seat back, and the first of the cohort's waiting list moves up."""
    path = f"/enrollment/api/enrollments/{member.enrollment_id}/withdraw"
    await client.post(COORDINATOR, path, {}, demo_id("withdraw", member.enrollment_id))


async def _keep_seats(client: Client, course: Course) -> None:
    """Each organization of the commitment has a seat to fill, in a cohort that has seats for all of them."""
    roomy = (one for one in reversed(course.cohorts()) if one.capacity - one.applicants >= len(ORGANIZATIONS))
    path = f"/enrollment/api/cohorts/{next(roomy).id}/nominated-seats"
    for organization in ORGANIZATIONS:
        await client.post(COORDINATOR, path, {"organization_id": str(organization.organization_id), "seats": 1})
