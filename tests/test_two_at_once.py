"""Two requests at the same time have the effect of one after the other, whatever they ask and whoever is first.

Each line of the services' interfaces that changes something is sent twice. The test holds the locks of all that the
requests could be about until both wait, so that whatever was read before a lock is out of date when it is taken.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import count, cycle
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.runtime.jobs import Job
from chassis.store.database import Pool, transaction
from contracts.enrollment import Purpose
from deploy.trial.web import SERVICES
from services.enrollment.cohorts.domain import seat_lock
from services.enrollment.consent_texts.service import version_of_texts
from services.enrollment.data_requests.commands import AskErasure
from services.enrollment.data_requests.service import ask_erasure
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.imports import jobs as imports
from services.enrollment.imports.commands import UploadedSheet
from services.enrollment.imports.service import upload_sheet
from services.enrollment.materials.service import material_tag
from services.enrollment.organizations.contacts import contact_tag
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.tests.sheets import a_row, csv_of, table
from services.enrollment.tests.stories import (
    REACHABLE,
    a_cohort,
    an_application,
    applies,
    gives_seats,
    unit_of_work,
    withdraws,
)
from services.enrollment.tests.test_access import a_person
from services.enrollment.tests.test_imports import received
from services.media.tests.stories import CAMPAIGN, DESCRIPTION, PNG, a_campaign, a_publication, an_asset
from services.sessions.tests.stories import CohortExample, Story, scan_of, session_body
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving
from tests.support.waiting import wait_until

WRITERS = {"media": "communications"}
"""Who may change most in a service; a coordinator where it is not named."""

DATES = {"starts_on": "2025-04-01", "ends_on": "2025-12-31"}

NO_TEXT_WAITS = """
UPDATE consent_texts SET discarded_by = 'coordinator', discarded_at = now()
WHERE purpose = $1 AND approved_at IS NULL AND discarded_at IS NULL
"""
_days, _purposes = count(), cycle(("image", "contact"))

WAIT = """
SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@dataclass(frozen=True)
class Write:
    """What is asked: the identifiers of its address, and its body."""

    ids: dict[str, str]
    body: dict[str, Any]

    @property
    def locks(self) -> list[str]:
        """What it could be about."""
        known = {str(value) for value in (*self.ids.values(), *self.body.values())}
        return [*known, *(seat_lock(UUID(self.ids[name])) for name in self.ids if name == "cohort_id")]


Made = Callable[[Site[Any]], Awaitable[Write]]


# Enrollment ----------------------------------------------------------------------------------------------------------


async def a_full_cohort(site: Site[Any]) -> dict[str, str]:
    """A cohort with one seat, somebody in it, and two who wait."""
    cohort = await a_cohort(site.resources, capacity=1)
    first, *_ = [await applies(site.resources, an_application(cohort)) for _ in range(3)]
    assert isinstance(first, Accepted)
    programme = await site.resources.pool.fetchval("SELECT programme_id FROM cohorts WHERE cohort_id = $1", cohort)
    return {
        "cohort_id": str(cohort), "programme_id": str(programme), "enrollment_id": str(first.enrollment_id),
        "person_id": str(first.person_id), "facilitator_id": "facilitator-0601", "purpose": "training",
    }  # fmt: skip


def in_full_cohort(**body: Any) -> Made:
    async def made(site: Site[Any]) -> Write:
        ids = await a_full_cohort(site)
        return Write(
            ids, {name: ids.get(value, value) if isinstance(value, str) else value for name, value in body.items()}
        )

    return made


def with_new(identifier: str, /, **body: Any) -> Made:
    """A body with a new identifier in it, which both requests have."""
    made = in_full_cohort(**body)

    async def made_new(site: Site[Any]) -> Write:
        write = await made(site)
        return replace(write, body=write.body | {identifier: str(uuid4())})

    return made_new


async def a_shared_cohort(site: Site[Any]) -> Write:
    write = Write(await a_full_cohort(site), {})
    assert (await send(site, "POST /api/cohorts/{cohort_id}/self-enrollment/open", write)).is_success
    return write


async def an_asked_erasure(site: Site[Any]) -> Write:
    ids = await a_full_cohort(site)
    person_id = UUID(ids["person_id"])
    async with unit_of_work(site.resources, person_id) as unit:
        await ask_erasure(unit, AskErasure(confirmed=True), site.resources, [person_id])
    query = "SELECT request_id FROM data_requests WHERE person_id = $1"
    request_id = await site.resources.pool.fetchval(query, person_id)
    return Write(ids | {"request_id": str(request_id)}, {"reason": "document_agrees"})


async def somebody_to_enter(_site: Site[Any]) -> Write:
    return Write({}, {"user_id": f"facilitator-{uuid4()}", "name": "Rosa Quispe", "role": "facilitator"})


async def somebody_of_the_directory(site: Site[Any]) -> Write:
    answer = await send(site, "POST /api/staff", await somebody_to_enter(site))
    return Write({"staff_id": answer.json()["staff_id"]}, {})


async def somebody_who_goes(site: Site[Any]) -> Write:
    absent, substitute = [await somebody_of_the_directory(site) for _ in range(2)]
    body = {"substitute_id": substitute.ids["staff_id"], "reason": "leave"}
    return Write(absent.ids, body | {"starts_on": "2099-01-01", "ends_on": "2099-01-02"})


async def somebody_who_is_back(site: Site[Any]) -> Write:
    write = await somebody_who_goes(site)
    answer = await send(site, "POST /api/staff/{staff_id}/absences", write)
    return Write(write.ids | {"absence_id": answer.json()["absence_id"]}, {})


async def somebody_new(site: Site[Any]) -> Write:
    ids = await a_full_cohort(site)
    return Write(ids, a_person(UUID(ids["cohort_id"]), enrollment_id=str(uuid4())))


async def somebody_who_withdrew(site: Site[Any]) -> Write:
    ids = await a_full_cohort(site)
    await withdraws(site.resources, UUID(ids["enrollment_id"]))
    return Write(ids, {})


async def somebody_with_an_offer(site: Site[Any]) -> Write:
    """The cohort lasts beyond today, for nobody is asked about a seat of the past."""
    cohort = await a_cohort(site.resources, capacity=1)
    await site.resources.pool.execute("UPDATE cohorts SET ends_on = '2099-12-31' WHERE cohort_id = $1", cohort)
    holder, waiting = an_application(cohort), an_application(cohort, **REACHABLE)
    for one in (holder, waiting):
        await applies(site.resources, one)
    await withdraws(site.resources, holder.enrollment_id, datetime.now(UTC))
    return Write({"cohort_id": str(cohort), "enrollment_id": str(waiting.enrollment_id)}, {})


async def a_text(site: Site[Any]) -> Write:
    """A text of a consent, while no other of its purpose waits."""
    purpose = next(_purposes)
    await site.resources.pool.execute(NO_TEXT_WAITS, purpose)
    first_day = date(2099, 1, 1) + timedelta(days=next(_days))
    texts = dict.fromkeys(("es", "en"), "Estoy de acuerdo en aparecer.")
    return Write({"purpose": purpose}, {"first_day": first_day.isoformat(), "texts": texts})


async def a_text_that_waits(site: Site[Any]) -> Write:
    """A text that somebody else wrote."""
    write = await a_text(site)
    async with site.browser("coordinator-deputy") as writer:
        written = await writer.post(f"/api/consent-texts/{write.ids['purpose']}", json=write.body)
    return Write(write.ids, {"number": written.json()["texts"][0]["number"]})


async def somebody_to_transfer(site: Site[Any]) -> Write:
    ids = await a_full_cohort(site)
    return Write(ids, {"cohort_id": str(await a_cohort(site.resources))})


async def a_programme(_site: Site[Any]) -> Write:
    programme = uuid4()
    return Write({}, {"programme_id": str(programme), "code": programme.hex[:12].upper(), "title": "Programa", **DATES})


async def a_corrected_programme(site: Site[Any]) -> Write:
    ids = await a_full_cohort(site)
    code = UUID(ids["programme_id"]).hex[:20].upper()
    return Write(ids, {"code": code, "title": "Programa", **DATES, "reason": "mistake_found"})


async def a_copied_programme(site: Site[Any]) -> Write:
    copy = await a_programme(site)
    return Write(await a_full_cohort(site), copy.body)


async def a_module(site: Site[Any]) -> Write:
    ids = await a_full_cohort(site)
    described = {"title": "Módulo", "mechanism": "participatory_budget", "hours": 8}
    add = Write(ids, described | {"module_id": str(uuid4())})
    assert (await send(site, "POST /api/programmes/{programme_id}/modules", add)).is_success
    return Write(ids | {"module_id": add.body["module_id"]}, described | {"hours": 6, "reason": "mistake_found"})


MATERIAL = {"title": "Guía del presupuesto", "language": "es", "file": b"%PDF-1.7 guide"}


async def a_material(site: Site[Any]) -> Write:
    module = await a_module(site)
    described = MATERIAL | {"module_id": module.ids["module_id"], "material_id": str(uuid4())}
    return Write({"programme_id": module.ids["programme_id"]}, described)


async def a_corrected_material(site: Site[Any]) -> Write:
    made = await a_material(site)
    assert (await send(site, "POST /api/programmes/{programme_id}/materials", made)).is_success
    ids = made.ids | {"material_id": made.body["material_id"]}
    return Write(ids, MATERIAL | {"title": "Guía revisada", "reason": "content_revised"})


async def a_removed_material(site: Site[Any]) -> Write:
    return Write((await a_corrected_material(site)).ids, {"reason": "mistake_found"})


LIST = {
    "list_name": "Padrón 2023.xlsx",
    "kept_at": "Archivo, caja 12",
    "vouched_by": "Subgerencia de Planeamiento",
    "vouched_on": "2025-07-15",
}


async def a_past_cohort(site: Site[Any]) -> Write:
    programme = await a_programme(site)
    days = {"starts_on": "2025-05-01", "ends_on": "2025-06-30"}
    assert (await send(site, "POST /api/programmes", programme)).is_success
    body = {"cohort_id": str(uuid4()), "programme_id": programme.body["programme_id"], "capacity": 40}
    return Write({}, body | {"name": "Celendín", "province": "0603"} | days | LIST)


async def a_corrected_statement(site: Site[Any]) -> Write:
    made = await a_past_cohort(site)
    assert (await send(site, "POST /api/past-cohorts", made)).is_success
    return Write(
        {"cohort_id": made.body["cohort_id"]}, LIST | {"kept_at": "Archivo central", "reason": "mistake_found"}
    )


async def a_target(site: Site[Any]) -> Write:
    """A target of a programme of its own."""
    ids = await a_full_cohort(site)
    return Write(
        ids, {"target_id": str(uuid4()), "indicator": "trained", "programme_id": ids["programme_id"], "value": 9}
    )


async def a_corrected_target(site: Site[Any]) -> Write:
    made = await a_target(site)
    assert (await send(site, "POST /api/targets", made)).is_success
    target_id = made.body.pop("target_id")
    return Write(made.ids | {"target_id": target_id}, made.body | {"value": 8, "reason": "mistake_found"})


async def an_organization(_site: Site[Any]) -> Write:
    organization = uuid4()
    body = {"organization_id": str(organization), "name": f"Red {organization.hex}", "organization_type": "youth"}
    return Write({}, body)


async def a_corrected_organization(site: Site[Any]) -> Write:
    made = await an_organization(site)
    assert (await send(site, "POST /api/organizations", made)).is_success
    described = {"name": f"Red {uuid4().hex}", "organization_type": "women", "reason": "mistake_found"}
    return Write({"organization_id": made.body["organization_id"]}, described)


async def a_contact(site: Site[Any]) -> Write:
    organization = await a_corrected_organization(site)
    return Write(organization.ids, {"name": "Rosa Quispe", "function": "Presidenta", "phone": "976123456"})


async def a_written_contact(site: Site[Any]) -> Write:
    write = await a_contact(site)
    assert (await send(site, "POST /api/organizations/{organization_id}/contact", write)).is_success
    return Write(write.ids, {})


async def an_organizations_seats(site: Site[Any]) -> Write:
    """An organization with two seats, of which a member has one."""
    cohort, organization = await a_cohort(site.resources), await an_organization(site)
    assert (await send(site, "POST /api/organizations", organization)).is_success
    organization_id = UUID(organization.body["organization_id"])
    await gives_seats(site.resources, cohort, organization_id, 2)
    member = an_application(cohort, organization_id=organization_id, is_nominated=True)
    await applies(site.resources, member)
    return Write(
        {
            "cohort_id": str(cohort),
            "organization_id": str(organization_id),
            "enrollment_id": str(member.enrollment_id),
        },
        {"organization_id": str(organization_id), "seats": 3},
    )


async def a_member(site: Site[Any]) -> Write:
    write = await an_organizations_seats(site)
    person = a_person(UUID(write.ids["cohort_id"]), enrollment_id=str(uuid4()))
    del person["district"]
    return replace(write, body=person | MEMBERSHIP)


MEMBERSHIP = {
    "birth_date": "1987-05-12", "district": "060101", "consents": ["training"], "shown_to_organization": True,
}  # fmt: skip


async def a_substitute(site: Site[Any]) -> Write:
    write = await a_member(site)
    del write.body["cohort_id"]
    return replace(write, body=write.body | {"reason": "cannot_come"})


async def a_sheet(site: Site[Any]) -> Write:
    ids = await a_full_cohort(site)
    return Write(ids, {"cohort_id": ids["cohort_id"], "file": csv_of(table([a_row(Cohorte="")]))})


async def a_previewed_sheet(site: Site[Any]) -> Write:
    """A sheet that was read for a preview, and waits to be committed."""
    write = await a_sheet(site)
    sheet = UploadedSheet(write.body["file"], "", Declaration(cohort_id=UUID(write.ids["cohort_id"])), preview=True)
    async with unit_of_work(site.resources) as unit:
        queued = await upload_sheet(unit, sheet, site.resources)
    await imports.preview(site.resources, Job(queued.job_id, "", {"import_id": str(queued.import_id)}, 1))
    return Write(write.ids | {"import_id": str(queued.import_id)}, {})


async def a_refused_row(site: Site[Any]) -> Write:
    ids = await a_full_cohort(site)
    sheet = csv_of(table([a_row(Cohorte="", Consentimiento="tal vez")]))
    job = await received(site.resources, sheet, UUID(ids["cohort_id"]))
    await imports.run(site.resources, job)
    place = {"import_id": job.payload["import_id"], "tab": "1", "line": "2"}
    return Write(ids | place, {"cells": {"7": "Sí"}})


async def an_imported_sheet(site: Site[Any]) -> Write:
    write = await a_sheet(site)
    job = await received(site.resources, write.body["file"], UUID(write.ids["cohort_id"]))
    await imports.run(site.resources, job)
    return Write(write.ids | {"import_id": job.payload["import_id"]}, {})


async def two_people(site: Site[Any]) -> Write:
    one, other = await a_full_cohort(site), await a_full_cohort(site)
    return Write(one | {"other_id": other["person_id"]}, {"decision": "same_person", "reason": "cards_compared"})


async def a_row_to_review(site: Site[Any]) -> Write:
    """A row that says other names than are known of its document."""
    cohort = await a_cohort(site.resources)
    await applies(site.resources, application := an_application(cohort))
    sheet = csv_of(table([a_row(Cohorte="", DNI=application.document.number, Nombres="Segundo")]))
    job = await received(site.resources, sheet, await a_cohort(site.resources))
    await imports.run(site.resources, job)
    place = {"import_id": job.payload["import_id"], "tab": "1", "line": "2"}
    return Write(place, {"decision": "other_person", "reason": "cards_compared"})


async def an_application_to_review(site: Site[Any]) -> Write:
    """A form that says other names than are known of its document."""
    known = await somebody_new(site)
    assert (await send(site, "POST /api/enrollments", known)).is_success
    other = {"enrollment_id": str(uuid4()), "given_names": "Juan", "family_names": "Díaz"}
    waiting = await send(site, "POST /api/enrollments", replace(known, body=known.body | other))
    ids = {"application_id": waiting.json()["application_id"]}
    return Write(ids, {"decision": "other_person", "reason": "cards_compared"})


def with_mistyped(made: Made) -> Made:
    """The number of the first of what is compared is another one."""

    async def corrected(site: Site[Any]) -> Write:
        number = f"{int(uuid4()) % 10**8:08}"
        return replace(await made(site), body={"whose": "one", "document": {"type": "dni", "number": number}})

    return corrected


async def rectified(site: Site[Any]) -> Write:
    write = await somebody_new(site)
    names = {"given_names": "Rosalinda", "family_names": "Quispe"}
    return replace(write, body=names | {"document": write.body["document"], "reason": "mistake_found"})


# Sessions ------------------------------------------------------------------------------------------------------------


def in_session(**body: Any) -> Made:
    async def made(site: Site[Any]) -> Write:
        async with Story(site) as story:
            rosa, *others = (one := CohortExample()).accepted(), one.accepted()
            cohort = await story.cohort(rosa, *others, of=one)
            session = await story.session(cohort.cohort_id)
            if "declared" in body:
                await story.session(cohort.cohort_id, 1)
                await story.complete_plan(cohort.cohort_id)
            [recorded] = await story.scan(session, scan_of(rosa.enrollment_id))
        ids = {
            "cohort_id": str(cohort.cohort_id), "programme_id": str(cohort.programme_id), "session_id": session,
            "attendance_id": str(recorded["attendance_id"]), "scan_id": str(recorded["scan_id"]),
        }  # fmt: skip
        if "scans" in body:
            return Write(ids, {"scans": [scan_of(others[0].enrollment_id)]})
        return Write(ids, session_body(cohort.cohort_id) if "session" in body else body)

    return made


# Media ---------------------------------------------------------------------------------------------------------------


async def media_ids(site: Site[Any]) -> dict[str, str]:
    asset = await an_asset(site, PNG + uuid4().bytes)
    return {
        "asset_id": asset, "campaign_id": await a_campaign(site), "publication_id": await a_publication(site, asset),
    }  # fmt: skip


def of_media(*new: str, known: str = "", **body: Any) -> Made:
    async def made(site: Site[Any]) -> Write:
        ids = await media_ids(site)
        return Write(ids, body | {name: str(uuid4()) for name in new} | {name: ids[name] for name in known.split()})

    return made


async def a_file(_site: Site[Any]) -> Write:
    return Write({}, {**DESCRIPTION, "asset_id": str(uuid4()), "file": PNG + uuid4().bytes})


WRITES: dict[str, dict[str, Made]] = {
    "enrollment": {
        "POST /api/programmes": a_programme,
        "POST /api/programmes/{programme_id}/modules": with_new(
            "module_id", title="Módulo", mechanism="participatory_budget", hours=8
        ),
        "POST /api/programmes/{programme_id}/correct": a_corrected_programme,
        "POST /api/programmes/{programme_id}/copy": a_copied_programme,
        "POST /api/programmes/{programme_id}/modules/{module_id}/correct": a_module,
        "POST /api/programmes/{programme_id}/materials": a_material,
        "POST /api/programmes/{programme_id}/materials/{material_id}/correct": a_corrected_material,
        "POST /api/programmes/{programme_id}/materials/{material_id}/remove": a_removed_material,
        "POST /api/targets": a_target,
        "POST /api/targets/{target_id}/correct": a_corrected_target,
        "POST /api/cohorts": with_new(
            "cohort_id", programme_id="programme_id", name="Cohorte", province="0601", capacity=3, **DATES
        ),
        "POST /api/cohorts/{cohort_id}/correct": in_full_cohort(
            name="Cohorte", province="0601", capacity=5, reason="seats_changed", **DATES
        ),
        "POST /api/cohorts/{cohort_id}/close": in_full_cohort(waiting_list="dissolve"),
        "POST /api/cohorts/{cohort_id}/reopen": in_full_cohort(),
        "POST /api/cohorts/{cohort_id}/self-enrollment/open": in_full_cohort(),
        "POST /api/cohorts/{cohort_id}/self-enrollment/stop": a_shared_cohort,
        "POST /api/cohorts/{cohort_id}/facilitators": in_full_cohort(facilitator_id="facilitator-0602"),
        "DELETE /api/cohorts/{cohort_id}/facilitators/{facilitator_id}": in_full_cohort(),
        "POST /api/past-cohorts": a_past_cohort,
        "POST /api/past-cohorts/{cohort_id}/correct": a_corrected_statement,
        "POST /api/staff": somebody_to_enter,
        "POST /api/staff/{staff_id}/remove": somebody_of_the_directory,
        "POST /api/staff/{staff_id}/absences": somebody_who_goes,
        "POST /api/staff/{staff_id}/absences/{absence_id}/end": somebody_who_is_back,
        "POST /api/enrollments": somebody_new,
        "POST /api/enrollments/{enrollment_id}/withdraw": in_full_cohort(),
        "POST /api/enrollments/{enrollment_id}/reinstate": somebody_who_withdrew,
        "POST /api/enrollments/{enrollment_id}/accept": somebody_with_an_offer,
        "POST /api/enrollments/{enrollment_id}/correct": in_full_cohort(
            enrolled_on="2025-05-05", reason="mistake_found"
        ),
        "POST /api/enrollments/{enrollment_id}/transfer": somebody_to_transfer,
        "POST /api/people/{person_id}/consents/{purpose}/withdraw": in_full_cohort(),
        "POST /api/people/{person_id}/rectify": rectified,
        "POST /api/people/{person_id}/consents": in_full_cohort(purpose="image", given_on="2025-06-02"),
        "POST /api/people/{person_id}/erase": in_full_cohort(reason="person_asked", confirmed=True),
        "POST /api/data-requests/{request_id}/decide": an_asked_erasure,
        "POST /api/consent-texts/{purpose}": a_text,
        "POST /api/consent-texts/{purpose}/approve": a_text_that_waits,
        "POST /api/consent-texts/{purpose}/discard": a_text_that_waits,
        "POST /api/organizations": an_organization,
        "POST /api/organizations/{organization_id}/correct": a_corrected_organization,
        "POST /api/organizations/{organization_id}/contact": a_contact,
        "POST /api/organizations/{organization_id}/contact/erase": a_written_contact,
        "POST /api/cohorts/{cohort_id}/nominated-seats": an_organizations_seats,
        "POST /api/organizations/{organization_id}/nominations": a_member,
        "POST /api/organizations/{organization_id}/enrollments/{enrollment_id}/substitute": a_substitute,
        "POST /api/reviews/people/{person_id}/{other_id}": two_people,
        "POST /api/reviews/people/{person_id}/{other_id}/document": with_mistyped(two_people),
        "POST /api/reviews/applications/{application_id}": an_application_to_review,
        "POST /api/reviews/applications/{application_id}/document": with_mistyped(an_application_to_review),
        "POST /api/reviews/rows/{import_id}/{tab}/{line}": a_row_to_review,
        "POST /api/reviews/rows/{import_id}/{tab}/{line}/document": with_mistyped(a_row_to_review),
        "POST /api/imports": a_sheet,
        "POST /api/imports/{import_id}/answers": a_previewed_sheet,
        "POST /api/imports/{import_id}/commit": a_previewed_sheet,
        "POST /api/imports/{import_id}/discard": a_previewed_sheet,
        "POST /api/imports/{import_id}/rows/{tab}/{line}": a_refused_row,
        "POST /api/imports/{import_id}/undo": an_imported_sheet,
    },
    "sessions": {
        "POST /api/sessions": in_session(session=True),
        "POST /api/sessions/{session_id}/reschedule": in_session(
            starts_at="2025-06-10T14:00:00Z", ends_at="2025-06-10T17:00:00Z"
        ),
        "POST /api/sessions/{session_id}/cancel": in_session(),
        "POST /api/sessions/{session_id}/hold": in_session(),
        "POST /api/sessions/{session_id}/attendance": in_session(scans=True),
        "POST /api/sessions/{session_id}/scans/{scan_id}/undo": in_session(),
        "POST /api/attendance/{attendance_id}/correct": in_session(state="late", reason="marked_by_mistake"),
        "POST /api/cohorts/{cohort_id}/plan/declare-complete": in_session(accept_missing=True),
        "POST /api/cohorts/{cohort_id}/plan/reopen": in_session(declared=True),
        "POST /api/programmes/{programme_id}/completion-rules": in_session(minimum_percent=70),
    },
    "media": {
        "POST /api/assets": a_file,
        "POST /api/assets/{asset_id}/withdraw": of_media(),
        "POST /api/campaigns": of_media("campaign_id", **CAMPAIGN),
        "POST /api/campaigns/{campaign_id}/end": of_media(),
        "POST /api/publications": of_media(
            "publication_id", known="asset_id", channel="facebook", url="https://example.org/p/2",
            published_at="2025-05-12T15:30:00-05:00",
        ),
        "POST /api/publications/{publication_id}/withdraw": of_media(),
        "POST /api/links": of_media("link_id", target_url="https://example.org/", channel="facebook"),
        "POST /api/platform-figures": of_media(
            "figure_id", known="publication_id", period_start="2025-05-12", period_end="2025-05-13", reach=10,
            grade="declared",
        ),
    },
}  # fmt: skip

ASKED_TO_READ_ANEW = 409
"""What the second request may be answered instead: what it is about has changed meanwhile."""

READS = {"POST /api/people/search"}
"""Lines that change nothing, although they are sent."""

OF_CARRIERS = {"POST /api/messages/reports"}
"""Lines for programs with a token of their own, which are sent twice in `test_messages.py`."""


@pytest.fixture(scope="module", params=WRITES)
def service(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@asynccontextmanager
async def served(service: str, databases: FreshDatabases, folder: Path) -> AsyncIterator[Site[Any]]:
    async with serving(SERVICES[service], databases.variables(service) | {"MINKA_MEDIA_STORAGE": str(folder)}) as site:
        yield site


def test_every_line_that_changes_something_has_an_example() -> None:
    for name, one in SERVICES.items():
        lines = {line for line in one.access if not line.startswith(("GET", "HEAD")) and "/api/" in line}
        assert lines - READS - OF_CARRIERS == WRITES.get(name, {}).keys()


async def test_two_at_once_are_as_one_after_the_other(
    service: str, fresh_databases: FreshDatabases, tmp_path: Path
) -> None:
    async with served(service, fresh_databases, tmp_path) as site:
        for line, made in WRITES[service].items():
            one, other = await made(site), await made(site)
            before = await written(site.resources.pool)
            expected = [(await send(site, line, one)).status_code for _ in range(2)]
            between = await written(site.resources.pool)
            found = await at_once(site, line, other)
            after = await written(site.resources.pool)
            assert expected[0] < 300, line
            assert sorted(found) in (sorted(expected), [expected[0], ASKED_TO_READ_ANEW]), line
            assert after - between == between - before, line


async def test_what_was_decided_on_another_version_is_refused(
    service: str, fresh_databases: FreshDatabases, tmp_path: Path
) -> None:
    """`If-Match` names an older version, a newer one, and the one that stands."""
    async with served(service, fresh_databases, tmp_path) as site:
        for line, made in WRITES[service].items():
            if "{" in line:
                write = await made(site)
                versions = await versions_around(site.resources.pool, line, write)
                before = await written(site.resources.pool)
                refused = [await send(site, line, write, f'"{versions[place]}"') for place in (0, 2)]
                assert [answer.status_code for answer in refused] == [412, 412], line
                assert await written(site.resources.pool) == before, line
                assert (await send(site, line, write, f'"{versions[1]}"')).is_success, line


async def versions_around(pool: Pool, line: str, write: Write) -> tuple[object, object, object]:
    """An older version of what an address is about, the one that stands, and a newer one."""
    if "{line}" in line:
        cells: bytes = await pool.fetchval(
            "SELECT cells FROM import_rows WHERE cells IS NOT NULL AND import_id = $1", UUID(write.ids["import_id"])
        )
        return 0, sha256(cells).hexdigest(), sha256(cells + b"x").hexdigest()
    if "{request_id}" in line:
        query = "SELECT version FROM data_requests WHERE request_id = $1"
        version = await pool.fetchval(query, UUID(write.ids["request_id"]))
    elif line.endswith("/nominated-seats"):
        query = "SELECT nominated_seats_version FROM cohorts WHERE cohort_id = $1"
        version = await pool.fetchval(query, UUID(write.ids["cohort_id"]))
    elif "{material_id}" in line:
        version = int((await material_tag(pool, UUID(write.ids["material_id"]))).strip('"'))
    elif "/contact" in line:
        version = int((await contact_tag(pool, UUID(write.ids["organization_id"]))).strip('"'))
    elif "consent-texts" in line:
        version = int((await version_of_texts(pool, Purpose(write.ids["purpose"]))).strip('"'))
    else:
        version = await version_of(pool, line, write)
    return version - 1, version, version + 1


async def version_of(pool: Pool, line: str, write: Write) -> int:
    """The version of what an address is about: the last of its identifiers that is one of ours."""
    *_, subject = [write.ids[name] for name in re.findall(r"{(\w+_id)}", line) if name != "facilitator_id"]
    version: int | None = await pool.fetchval("SELECT version FROM subject_versions WHERE subject = $1", subject)
    return version or 0


async def at_once(site: Site[Any], line: str, write: Write) -> list[int]:
    pool: Pool = site.resources.pool
    async with transaction(pool, *write.locks):
        tasks = [asyncio.create_task(send(site, line, write)) for _ in range(2)]

        async def waiting() -> bool:
            waiting: int = await pool.fetchval(WAIT)
            return sum(not task.done() for task in tasks) <= waiting

        await wait_until(waiting)
    return [(await task).status_code for task in tasks]


async def send(site: Site[Any], line: str, write: Write, if_match: str = "") -> httpx.Response:
    method, path = line.split(" ")
    body, content = dict(write.body), write.body.get("file")
    sent: dict[str, Any] = {"json": body} if method == "POST" else {}
    if content is not None:
        sent = {"files": {"file": ("file.csv", body.pop("file"))}, "data": body}
    headers = {"If-Match": if_match} if if_match else {}
    async with site.browser(WRITERS.get(site.app.title, "coordinator")) as writer:
        return await writer.request(method, path.format(**write.ids), headers=headers, **sent)


async def written(pool: Pool) -> Counter[str]:
    """How many events of each type were written."""
    return Counter({row[0]: row[1] for row in await pool.fetch("SELECT type, count(*) FROM outbox GROUP BY type")})
