"""Whatever tells of a person leaves an entry in the audit trail, and is not told where no entry can be written."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from chassis.service import Resources
from deploy.trial.web import SERVICES
from services.enrollment.enrollments.domain import Accepted, Waitlisted
from services.enrollment.identity.documents import Document, DocumentType
from services.enrollment.identity.names import Names
from services.enrollment.imports import jobs
from services.enrollment.people.domain import Visibility
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.known_sessions import a_known_session
from services.enrollment.tests.sheets import a_row
from services.enrollment.tests.stories import a_cohort, an_application, applies
from services.enrollment.tests.test_access import PATRIA, organizations
from services.enrollment.tests.test_imports import a_sheet, received
from services.sessions.tests.stories import FACILITATOR, CohortExample, Story, scan_of
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving

GIVEN = "Hermelinda"
"""Stands in the names of one person, and in a row that is refused."""

READERS = ("coordinator", "facilitator-0601", "delegate-patria-c", "auditor")

NAME_NOBODY = {
    "GET /api/imports/{import_id}/preview",
    "GET /api/imports/{import_id}/refused",
    "GET /imports/{import_id}",
    "GET /imports/{import_id}/correct",
    "GET /imports/{import_id}/correct/{tab}/{line}",
    "POST /imports/{import_id}/correct/{tab}/{line}",
    "GET /api/audit-trail",
    "GET /audit-trail",
    "GET /audit-trail/{entry_id}",
}
"""Show rows that were refused or are only previewed, of which nobody knows whose they are, so that the entry has the
import; and the trail itself, which tells who read a person and nothing of the person."""

REMOVES = re.compile("withdraw|eras|cancel|remove")

Ids = Mapping[str, object]


@pytest.fixture
def environment(fresh_databases: FreshDatabases) -> dict[str, str]:
    return fresh_databases.variables("enrollment", "sessions")


@pytest.fixture
async def enrollment(environment: dict[str, str]) -> AsyncIterator[Site[EnrollmentResources]]:
    async with serving(SERVICES["enrollment"], environment) as site:
        yield site


@pytest.fixture
async def sessions(environment: dict[str, str]) -> AsyncIterator[Site[Resources]]:
    async with serving(SERVICES["sessions"], environment) as site:
        yield site


@pytest.fixture
async def hermelinda(enrollment: Site[EnrollmentResources]) -> Ids:
    """The identifiers of somebody in a cohort and an organization, and of a sheet of which a row was refused."""
    resources = enrollment.resources
    await organizations(resources)
    cohort_id = await a_cohort(resources)
    application = an_application(
        cohort_id, names=Names(GIVEN, "Quispe"), organization_id=PATRIA, shown_to_organization=True
    )
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted)
    job = await received(resources, a_sheet(a_row(DNI="1", Nombres=GIVEN)), cohort_id)
    await jobs.run(resources, job)
    programme_id = await resources.pool.fetchval("SELECT programme_id FROM cohorts")
    return {
        "cohort_id": cohort_id,
        "programme_id": programme_id,
        "organization_id": PATRIA,
        "enrollment_id": outcome.enrollment_id,
        "person_id": outcome.person_id,
        "import_id": job.payload["import_id"],
        "session_id": await a_known_session(resources.pool, cohort_id),
        "tab": 1,
        "line": 2,
        "purpose": "image",
        "document": application.document.number,
    }


def addresses(site: Site[Any], ids: Ids) -> list[tuple[str, str, str]]:
    """Each line of the service's table, with its method and an address; what removes something comes last."""
    lines = sorted(site.app.state.access, key=lambda line: (not line.startswith("GET"), bool(REMOVES.search(line))))
    return [
        (line, method, re.sub(r"{(\w+)}", lambda found: str(ids.get(found[1], "0")), path))
        for line, (method, path) in ((line, line.split(" ")) for line in lines)
    ]


async def entries(site: Site[Any], kind: str = "read") -> list[tuple[Any, ...]]:
    rows = await site.resources.pool.fetch(
        "SELECT author, action, subject, shown, format FROM audit_trail WHERE kind = $1 ORDER BY entry_id", kind
    )
    return [tuple(row) for row in rows]


async def people_of_last_entry(site: Site[Any], kind: str = "read") -> list[object]:
    """Whom the newest entry names: its people, and its subject."""
    query = "SELECT people, subject FROM audit_trail WHERE kind = $1::text::audit_kind ORDER BY entry_id DESC LIMIT 1"
    row = await site.resources.pool.fetchrow(query, kind)
    return [*row["people"], *([UUID(row["subject"])] if row["subject"] else [])]


async def ask(browser: httpx.AsyncClient, method: str, address: str, body: dict[str, Any]) -> str:
    """What is answered, as text."""
    sent = {"json": body} if address.startswith("/api") else {"data": body}
    answer = await browser.request(method, address, **(sent if method == "POST" else {}))  # type: ignore[arg-type]
    return answer.content.decode("utf-8-sig", errors="replace")


async def lines_that_tell(
    site: Site[Any], ids: Ids, marks: set[str], body: dict[str, Any], person: str, told_of: object
) -> set[str]:
    """The lines whose answers have one of the marks; a test fails where an answer left not exactly one entry, and where
    the entry does not say of whom it told."""
    telling = set()
    async with site.browser(person) as browser:
        for line, method, address in addresses(site, ids):
            for asked in (address, f"{address}?format=csv") if method == "GET" else (address,):
                before = len(await entries(site))
                answer = await ask(browser, method, asked, body)
                left = (await entries(site))[before:]
                assert len(left) <= 1, line
                if any(mark in answer for mark in marks):
                    assert [author for author, *_ in left] == [person], line
                    assert line in NAME_NOBODY or told_of in await people_of_last_entry(site), line
                    telling.add(line)
    return telling


async def test_whoever_is_told_a_name_is_in_the_trail(enrollment: Site[EnrollmentResources], hermelinda: Ids) -> None:
    body = {"text": GIVEN.lower()}
    told = {
        reader: await lines_that_tell(enrollment, hermelinda, {GIVEN}, body, reader, hermelinda["person_id"])
        for reader in READERS[::-1]
    }

    assert not told["auditor"]
    assert {"GET /organizations/{organization_id}"} < told["delegate-patria-c"]
    assert {"GET /cohorts/{cohort_id}", "POST /people"} < told["facilitator-0601"]
    assert told["coordinator"] >= {
        "GET /api/cohorts/{cohort_id}/enrollments",
        "GET /api/organizations/{organization_id}/members",
        "GET /api/imports/{import_id}/refused",
        "GET /cohorts/{cohort_id}",
        "POST /cohorts/{cohort_id}/facilitators",
        "POST /api/people/search",
        "POST /people",
    }

    kept = await enrollment.resources.pool.fetch("SELECT audit_trail::text FROM audit_trail")
    personal = {GIVEN.lower(), "quispe", str(hermelinda["document"])}
    assert not any(word in row["audit_trail"].lower() for row in kept for word in personal)


async def test_an_entry_says_who_read_what_and_how_much(enrollment: Site[EnrollmentResources], hermelinda: Ids) -> None:
    cohort = str(hermelinda["cohort_id"])
    async with enrollment.browser("facilitator-0601") as facilitator:
        await facilitator.get(f"/api/cohorts/{cohort}/enrollments")
        await facilitator.get(f"/cohorts/{cohort}?format=csv&status=waitlisted")
        await facilitator.get("/cohorts")
        await facilitator.post("/api/people/search", json={"text": GIVEN})
        await facilitator.post("/people", data={"text": "nobody has this name"})
    assert await entries(enrollment) == [
        ("facilitator-0601", "list_entries_of_cohort", cohort, 1, None),
        ("facilitator-0601", "show_cohort", cohort, 0, "csv"),
        ("facilitator-0601", "search_people", None, 1, None),
        ("facilitator-0601", "search_people", None, 0, None),
    ]


async def test_nobody_is_told_a_name_while_no_entry_can_be_written(
    enrollment: Site[EnrollmentResources], hermelinda: Ids, environment: dict[str, str]
) -> None:
    owner = await asyncpg.connect(environment["MINKA_ENROLLMENT_MIGRATOR_DATABASE_URL"])
    await owner.execute("REVOKE INSERT ON audit_trail FROM enrollment")
    await owner.close()
    cohort = f"/cohorts/{hermelinda['cohort_id']}"
    async with enrollment.browser("coordinator", Accept="text/html") as browser:
        page, exported = await browser.get(cohort), await browser.get(f"{cohort}?format=csv")
        answer = await browser.get(f"/api{cohort}/enrollments", headers={"Accept": "application/json"})
    assert [one.status_code for one in (page, exported, answer)] == [503] * 3
    assert answer.json()["code"] == "read_not_recorded"
    assert not any(GIVEN in one.text for one in (page, exported, answer))


async def test_whoever_is_told_of_attendance_is_in_the_trail(sessions: Site[Resources]) -> None:
    async with Story(sessions) as story:
        rosa = CohortExample().accepted()
        cohort = await story.cohort(rosa, of=CohortExample(rosa.programme_id, rosa.cohort_id))
        session = await story.session(cohort.cohort_id)
        [recorded] = await story.scan(session, scan_of(rosa.enrollment_id))
        await story.scan(
            session, scan_of(rosa.enrollment_id, device_id="2", scanned_at="2025-05-10T14:12:00Z", state="late")
        )
    ids = {
        "cohort_id": cohort.cohort_id,
        "programme_id": cohort.programme_id,
        "session_id": session,
        "attendance_id": recorded["attendance_id"],
    }
    marks = {str(rosa.enrollment_id), str(recorded["attendance_id"])}
    for reader in ("auditor", FACILITATOR, "coordinator"):
        told = await lines_that_tell(sessions, ids, marks, {}, reader, rosa.enrollment_id)
        assert told >= {
            "GET /api/sessions/{session_id}/roster",
            "GET /api/cohorts/{cohort_id}/progress",
            "GET /attendance/{session_id}",
            "GET /cohorts/{cohort_id}",
            "GET /conflicts",
        }, reader


async def test_an_auditor_finds_the_searches_that_showed_a_person(
    enrollment: Site[EnrollmentResources], hermelinda: Ids
) -> None:
    async with enrollment.browser("facilitator-0601") as facilitator, enrollment.browser("auditor") as auditor:
        await facilitator.post("/api/people/search", json={"text": GIVEN})
        await facilitator.post("/api/people/search", json={"text": "nobody has this name"})
        found = (await auditor.get(f"/api/audit-trail?person={hermelinda['person_id']}")).json()["entries"]
        page = (
            await auditor.get(f"/audit-trail?person={hermelinda['person_id']}", headers={"Accept": "text/html"})
        ).text
        of_nobody = (await auditor.get(f"/api/audit-trail?person={uuid4()}")).json()["entries"]
    assert [(entry["author"], entry["action"], entry["shown"]) for entry in found] == [
        ("facilitator-0601", "search_people", 1)
    ]
    assert found[0]["people"] == [str(hermelinda["person_id"])]
    assert "search_people" in page
    assert f'value="{hermelinda["person_id"]}"' in page
    assert of_nobody == []


async def test_a_write_says_of_everybody_whom_it_changed(
    enrollment: Site[EnrollmentResources], hermelinda: Ids
) -> None:
    """Also of further records of a person, and of who moves up."""
    resources = enrollment.resources
    full = await a_cohort(resources, capacity=1, facilitator="facilitator-0602")
    document = Document(DocumentType.DNI, str(hermelinda["document"]))
    apart = an_application(full, document=document, names=Names(GIVEN, "Quispe"))
    first = await applies(resources, apart, visibility=Visibility("facilitator-0602"))
    waiting = await applies(resources, an_application(full))
    assert isinstance(first, Accepted)
    assert isinstance(waiting, Waitlisted)
    own, other = hermelinda["person_id"], first.person_id
    corrected = {
        "document": {"type": "dni", "number": str(hermelinda["document"])},
        "given_names": GIVEN,
        "family_names": "Quispe Chuquimango",
        "reason": "mistake_found",
    }
    async with enrollment.browser("coordinator") as coordinator:
        for address, body in (
            (f"/api/people/{own}/rectify", corrected),
            (f"/api/people/{own}/consents/training/withdraw", {}),
            (f"/api/people/{own}/erase", {"reason": "person_asked", "confirmed": True}),
        ):
            assert (await coordinator.post(address, json=body)).status_code == 200
            assert {own, other} <= set(await people_of_last_entry(enrollment, "write")), address
    assert await changed_and_not_named(enrollment) == []
    async with enrollment.browser("auditor") as auditor:
        of_waiting = (await auditor.get(f"/api/audit-trail?person={waiting.person_id}")).json()["entries"]
    assert [entry["action"] for entry in of_waiting] == ["take_consent_back"]


async def changed_and_not_named(site: Site[Any]) -> list[str]:
    """The people of events who are missing in the entry of the request that made them."""
    rows = await site.resources.pool.fetch(
        """SELECT type, person FROM audit_trail JOIN outbox USING (correlation_id),
            LATERAL (SELECT payload::jsonb ->> 'person_id' AS person) AS event
        WHERE kind = 'write' AND person IS NOT NULL AND NOT person::uuid = ANY(people)"""
    )
    return [f"{row['type']} {row['person']}" for row in rows]
