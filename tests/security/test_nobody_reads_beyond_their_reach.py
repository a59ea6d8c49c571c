"""Each kind of reader is asked about three cohorts, of which one is theirs, one was, and one never was.

Each route, list, search and export of the services' tables is asked. A new route, a new parameter and a new service are
in the matrix, or fail it.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.web.access import EVERYBODY
from deploy.trial.people import Person, people
from deploy.trial.web import SERVICES
from services.enrollment.cohorts.assignments import assign_facilitator, unassign_facilitator
from services.enrollment.cohorts.commands import AssignFacilitator
from services.enrollment.cohorts.domain import assignment_locks
from services.enrollment.data_requests.commands import AskErasure
from services.enrollment.data_requests.service import ask_erasure
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.identity.names import Names
from services.enrollment.resources import EnrollmentResources
from services.enrollment.self_enrollment.service import open_self_enrollment
from services.enrollment.tests.known_sessions import a_known_session
from services.enrollment.tests.stories import a_cohort, an_application, applies, gives_seats, unit_of_work
from services.enrollment.tests.test_access import MESA, PATRIA, a_person, organizations
from services.sessions.tests.stories import CohortExample, Story, scan_of
from tests.support.databases import FreshDatabases
from tests.support.routes import whole_document
from tests.support.sites import Site, serving

OWN, FORMER, ANOTHERS = "own", "former", "another's"
"""The cohorts, as facilitator-0601 and the delegate of PATRIA stand to them."""

ALL = {OWN, FORMER, ANOTHERS}

PEOPLE = {person.id: person for person in people()}

WITHOUT_ORGANIZATION = Person(id="delegate-without", role="delegate", name="Somebody", group="Nowhere")

READERS = {one: PEOPLE[one] for one in (
    "coordinator", "auditor", "facilitator-0601", "facilitator-0602", "facilitator-0603",
    "delegate-patria-c", "delegate-mesa", "communications", "operator",
)} | {WITHOUT_ORGANIZATION.id: WITHOUT_ORGANIZATION}  # fmt: skip

LIMITED = [name for name, person in READERS.items() if person.role not in {"coordinator", "operator"}]

SHARED = {"entry_id": "1", "number": "1", "record": "0"}
"""Identifiers in addresses that every service has: an entry of the audit trail, a dead letter, and the
first record of whoever was recognized."""

WITHIN_ANYBODYS_REACH = {
    *("programme_id", "module_id", "material_id", "target_id", "purpose", "facilitator_id", "tab", "line"),
    *SHARED,
}
"""Parameters of addresses that are no secret to who has the role."""


@dataclass
class World:
    """The identifiers of each cohort and of what is in it, by their names in addresses, and the marks of what is told.

    `marks` has, of each kind of thing that is told, what stands in an answer if the one of that cohort is told.
    `shown` has who is shown which cohort's, and `writes` what can be asked of a route that changes something.
    """

    site: Site[Any]
    ids: Mapping[str, dict[str, str]]
    marks: Mapping[str, Mapping[str, str]]
    shown: Mapping[str, Mapping[str, set[str]]]
    writes: Callable[[str, Mapping[str, str]], Mapping[str, dict[str, Any]]]
    searches: Mapping[str, list[str]]

    def browser(self, reader: str) -> httpx.AsyncClient:
        token = self.site.issuer.token(READERS[reader])
        client = self.site.browser(Authorization=f"Bearer {token}")
        client.headers["Origin"] = self.site.app.state.settings.public_url
        return client

    def may_call(self, reader: str) -> Iterator[str]:
        return (line for line, roles in self.site.app.state.access.items() if READERS[reader].role in roles)

    async def is_unchanged_by(self, ask: Awaitable[httpx.Response]) -> tuple[int, bool]:
        written = "SELECT count(*) FROM outbox"
        before = await self.site.resources.pool.fetchval(written)
        answer = await ask
        return answer.status_code, before == await self.site.resources.pool.fetchval(written)


# The worlds ----------------------------------------------------------------------------------------------------------


async def enrolled_in(
    resources: EnrollmentResources, facilitator: str, name: str, organization: UUID
) -> dict[str, str]:
    cohort = await a_cohort(resources, facilitator=facilitator)
    await gives_seats(resources, cohort, organization, 3)
    application = an_application(
        cohort,
        names=Names(name, "Quispe"),
        organization_id=organization,
        shown_to_organization=True,
        is_nominated=True,
    )
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted)
    row = await resources.pool.fetchrow("SELECT name, programme_id FROM cohorts WHERE cohort_id = $1", cohort)
    assert row is not None
    return {
        "cohort_id": str(cohort), "programme_id": str(row["programme_id"]), "organization_id": str(organization),
        "enrollment_id": str(outcome.enrollment_id), "person_id": str(outcome.person_id), "purpose": "training",
        "code": await shared_code(resources, cohort), "answer": "seat", "kind": str(uuid4()), "language": str(uuid4()),
        "facilitator_id": facilitator, "import_id": str(uuid4()), "module_id": str(uuid4()), "tab": "1", "line": "2",
        "other_id": str(uuid4()), "application_id": str(uuid4()), "target_id": str(uuid4()),
        "staff_id": str(uuid4()), "absence_id": str(uuid4()), "material_id": str(uuid4()),
        "session_id": str(await a_known_session(resources.pool, cohort)),
        "request_id": await asked_erasure(resources, outcome.person_id),
        "document": application.document.number, "name": name, "cohort": row["name"],
    }  # fmt: skip


async def asked_erasure(resources: EnrollmentResources, person_id: UUID) -> str:
    async with unit_of_work(resources, person_id) as unit:
        await ask_erasure(unit, AskErasure(confirmed=True), resources, [person_id])
    query = "SELECT request_id FROM data_requests WHERE person_id = $1"
    return str(await resources.pool.fetchval(query, person_id))


async def shared_code(resources: EnrollmentResources, cohort: UUID) -> str:
    async with unit_of_work(resources, cohort) as unit:
        return (await open_self_enrollment(unit, cohort)).code


async def enrollment_world(site: Site[EnrollmentResources]) -> World:
    resources = site.resources
    await organizations(resources)
    ids = {
        OWN: await enrolled_in(resources, "facilitator-0601", "Zoilauno", PATRIA),
        FORMER: await enrolled_in(resources, "facilitator-0602", "Zoilados", MESA),
        ANOTHERS: await enrolled_in(resources, "facilitator-0602", "Zoilatres", MESA),
    }
    former = UUID(ids[FORMER]["cohort_id"])
    async with unit_of_work(resources, *assignment_locks(former)) as unit:
        await assign_facilitator(unit, AssignFacilitator(facilitator_id="facilitator-0601"), former)
        await unassign_facilitator(unit, "facilitator-0601", former)
    names = {
        "coordinator": ALL, "facilitator-0601": {OWN}, "facilitator-0602": {FORMER, ANOTHERS},
        "delegate-patria-c": {OWN}, "delegate-mesa": {FORMER, ANOTHERS},
    }  # fmt: skip
    cohorts = names | {"auditor": ALL}
    return World(
        site,
        ids,
        marks={
            "names": {cohort: known["name"] for cohort, known in ids.items()},
            "documents": {cohort: known["document"] for cohort, known in ids.items()},
            "cohorts": {cohort: known["cohort"] for cohort, known in ids.items()},
        },
        shown={"names": names, "documents": {"coordinator": ALL}, "cohorts": cohorts},
        writes=enrollment_writes,
        searches={
            line: ["zoila", "quispe", *(known["document"] for known in ids.values())]
            for line in ("POST /api/people/search", "POST /people")
        },
    )  # fmt: skip


def enrollment_writes(cohort: str, ids: Mapping[str, str]) -> Mapping[str, dict[str, Any]]:
    person = a_person(UUID(ids["cohort_id"]))
    form = {
        "cohort_id": ids["cohort_id"], "document.type": "dni", "document.number": person["document"]["number"],
        "given_names": "Rosa", "family_names": "Quispe", "birth_date": "1987-05-12", "consents": "training",
        "district.scheme": "reniec", "district.code": "060101",
    }  # fmt: skip
    described = {name: value for name, value in person.items() if name not in {"cohort_id", "district"}}
    member = described | {"district": "060101", "birth_date": "1987-05-12", "consents": ["training"]}
    member["shown_to_organization"] = True
    member_form = form | {"district": "060101", "shown_to_organization": "true", "reason": "cannot_come"}
    del member_form["district.scheme"], member_form["district.code"]
    return {
        "POST /api/organizations/{organization_id}/nominations": member | {"cohort_id": ids["cohort_id"]},
        "POST /api/organizations/{organization_id}/enrollments/{enrollment_id}/substitute": member
        | {"reason": "cannot_come"},
        "POST /organizations/{organization_id}/cohorts/{cohort_id}/nominate": member_form,
        "POST /organizations/{organization_id}/enrollments/{enrollment_id}/substitute": member_form,
        "POST /api/enrollments": a_person(UUID(ids["cohort_id"])),
        "POST /cohorts/{cohort_id}/enroll": form,
    }


async def sessions_world(site: Site[Any]) -> World:
    async with Story(site) as story:
        ids = {
            OWN: await held_in(story, "facilitator-0601"),
            FORMER: await held_in(story, "facilitator-0602", former="facilitator-0601"),
            ANOTHERS: await held_in(story, "facilitator-0602"),
        }
    own = {"facilitator-0601": {OWN}, "facilitator-0602": {FORMER, ANOTHERS}}
    things = ("enrollment_id", "attendance_id", "session_id", "cohort_id")
    return World(
        site,
        ids,
        marks={thing: {cohort: known[thing] for cohort, known in ids.items()} for thing in things},
        shown=dict.fromkeys(things, own | {"coordinator": ALL, "auditor": ALL}),
        writes=sessions_writes,
        searches={},
    )


async def held_in(story: Story, facilitator: str, former: str | None = None) -> dict[str, str]:
    example = CohortExample()
    rosa, *_ = enrollments = [example.accepted() for _ in range(2)]
    programme, cohort, _ = example.events()
    await story.replicate(programme, cohort, example.assigned(facilitator), *enrollments)
    if former is not None:
        assigned = example.assigned(former)
        await story.replicate(assigned)
        await story.replicate(assigned.model_copy(update={"active": False}), version=2)
    session = await story.session(example.cohort_id)
    [recorded, _] = await story.scan(
        session,
        scan_of(rosa.enrollment_id),
        scan_of(rosa.enrollment_id, device_id="2", scanned_at="2025-05-10T14:12:00Z", state="late"),
        person="coordinator",
    )
    return {
        "cohort_id": str(example.cohort_id), "programme_id": str(example.programme_id), "session_id": session,
        "attendance_id": str(recorded["attendance_id"]), "enrollment_id": str(rosa.enrollment_id),
        "not_scanned": str(enrollments[1].enrollment_id), "scan_id": str(recorded["scan_id"]),
    }  # fmt: skip


def sessions_writes(cohort: str, ids: Mapping[str, str]) -> Mapping[str, dict[str, Any]]:
    correction = {"state": "late", "reason": "marked_by_mistake"}
    return {
        "POST /api/sessions/{session_id}/attendance": {"scans": [scan_of(ids["not_scanned"])]},
        "POST /api/sessions/{session_id}/hold": {},
        "POST /api/attendance/{attendance_id}/correct": correction,
        "POST /corrections/{attendance_id}": correction,
        "POST /attendance/{session_id}": {"present": ids["not_scanned"]},
        "POST /attendance/{session_id}/cards": {"card": ids["not_scanned"]},
        "POST /attendance/{session_id}/cards/{scan_id}/undo": {},
        "POST /conflicts/{session_id}/{scan_id}/count": {},
        "POST /conflicts/{session_id}/{scan_id}/dismiss": {},
        "POST /api/sessions/{session_id}/scans/{scan_id}/undo": {},
        "POST /attendance/{session_id}/hold": {},
    }


WORLDS: dict[str, Callable[[Site[Any]], Awaitable[World]]] = {
    "enrollment": enrollment_world,
    "sessions": sessions_world,
}

WITHOUT_REACH = {"media", "reporting"}
"""Services of which a role sees all or nothing: `test_who_may_call_what.py` has them."""


@asynccontextmanager
async def opened(service: str, databases: FreshDatabases) -> AsyncIterator[World]:
    async with serving(SERVICES[service], databases.variables(service)) as site:
        yield await WORLDS[service](site)


@pytest.fixture(params=WORLDS)
async def world(request: pytest.FixtureRequest, fresh_databases: FreshDatabases) -> AsyncIterator[World]:
    async with opened(request.param, fresh_databases) as world:
        yield world


def test_every_service_is_in_the_matrix() -> None:
    assert WORLDS.keys() | WITHOUT_REACH == SERVICES.keys()


# What is asked -------------------------------------------------------------------------------------------------------


def address(path: str, ids: dict[str, str]) -> str:
    """The path with identifiers in it. A parameter that no world knows is an error: add it to `World.ids`."""
    return re.sub(r"{(\w+)}", lambda found: (SHARED | ids)[found[1]], path)


@cache
def document_of(service: str) -> dict[str, Any]:
    return whole_document(SERVICES[service])


def parameters(world: World, line: str) -> set[str]:
    """The names of identifiers that a route takes behind the question mark."""
    method, path = line.split(" ")
    operation = document_of(world.site.app.state.prefix.strip("/"))["paths"].get(path, {}).get(method.lower(), {})
    taken = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    return taken & set().union(*world.ids.values())


async def readings(world: World, reader: str) -> AsyncIterator[tuple[str, str, httpx.Response]]:
    """What a reader is answered by each line that they may call and that only reads, and the text that it was asked."""
    async with world.browser(reader) as browser:
        for line in world.may_call(reader):
            method, path = line.split(" ")
            if method == "GET":
                asked = {address(path, ids) for ids in world.ids.values()}
                asked |= {f"{one}?{name}={ids[name]}" for one in asked for name in parameters(world, line)
                          for ids in world.ids.values()}  # fmt: skip
                for one in asked:
                    yield line, "", await browser.get(one)
                    yield line, "", await browser.get(f"{one}{'&' if '?' in one else '?'}format=csv")
            for text in world.searches.get(line, ()):
                body = {"json": {"text": text}} if path.startswith("/api") else {"data": {"text": text}}
                yield line, text, await browser.post(path, **body)  # type: ignore[arg-type]


async def test_each_reader_is_shown_what_is_in_their_reach_and_nothing_else(world: World) -> None:
    for reader in READERS:
        may_be_shown = {kind: world.shown[kind].get(reader, set()) for kind in world.marks}
        shown: dict[str, set[str]] = {kind: set() for kind in world.marks}
        async for line, asked, answer in readings(world, reader):
            if answer.is_success:
                text = answer.content.decode("utf-8-sig", errors="replace")
                for kind, marks in world.marks.items():
                    told = {cohort for cohort, mark in marks.items() if mark in text and mark != asked}
                    assert told <= may_be_shown[kind], (reader, line, kind)
                    shown[kind] |= told
        assert shown == may_be_shown, reader


async def test_the_public_is_shown_no_name_and_no_document(world: World) -> None:
    async with world.site.browser() as nobody:
        for line, roles in world.site.app.state.access.items():
            method, path = line.split(" ")
            if EVERYBODY in roles and method == "GET" and "{digest}" not in path:
                for ids in world.ids.values():
                    answer = await nobody.get(address(path, ids))
                    told = {kind for kind in {"names", "documents"} & world.marks.keys()
                            for mark in world.marks[kind].values() if mark in answer.text}  # fmt: skip
                    assert told == set(), line


async def test_what_is_out_of_reach_is_answered_as_what_does_not_exist(world: World) -> None:
    unknown = {name: str(uuid4()) for ids in world.ids.values() for name in ids}
    for reader in ("facilitator-0601", "delegate-patria-c", WITHOUT_ORGANIZATION.id):
        async with world.browser(reader) as browser:
            for line in world.may_call(reader):
                method, path = line.split(" ")
                named = set(re.findall(r"{(\w+)}", path)) | (parameters(world, line) if method == "GET" else set())
                if not named or named <= WITHIN_ANYBODYS_REACH:
                    continue
                query = "&".join(f"{name}={{{name}}}" for name in parameters(world, line))
                for ids in (world.ids[FORMER], world.ids[ANOTHERS]):
                    hidden, absent = [
                        await browser.request(method, address(f"{path}?{query}", one), **body_of(world, line, one))
                        for one in (ids, unknown | {"not_scanned": ids.get("not_scanned", "")})
                    ]
                    answers = (hidden.status_code, plain(hidden, ids)), (absent.status_code, plain(absent, unknown))
                    assert answers[0] == answers[1], (reader, line)


def body_of(world: World, line: str, ids: Mapping[str, str]) -> dict[str, Any]:
    method, path = line.split(" ")
    if method == "GET":
        return {}
    body = world.writes("", ids)[line]
    return {"json": body} if path.startswith("/api") else {"data": body}


def plain(answer: httpx.Response, ids: Mapping[str, str]) -> str:
    """The answer without the identifiers that were asked for, its own, and the address of what it means."""
    text = re.sub(r'"(reference|type)": ?"[^"]*"', "", answer.text)
    for name, known in ids.items():
        text = text.replace(known, name) if known else text
    return text


async def test_nobody_changes_what_is_out_of_their_reach(world: World) -> None:
    """A line that changes something, and may be called by somebody with a limit, needs an example in `writes`."""
    own = {
        "facilitator-0601": {OWN}, "facilitator-0602": {FORMER, ANOTHERS},
        "delegate-patria-c": {OWN}, "delegate-mesa": {FORMER, ANOTHERS},
    }  # fmt: skip
    for reader in LIMITED:
        lines = [line for line in world.may_call(reader) if not line.startswith("GET") and line not in world.searches]
        async with world.browser(reader) as browser:
            for line in sorted(lines, key=lambda line: "hold" in line):
                method, path = line.split(" ")
                for cohort, ids in world.ids.items():
                    ask = browser.request(method, address(path, ids), **body_of(world, line, ids))
                    status, is_unchanged = await world.is_unchanged_by(ask)
                    is_refused = status == 404 and is_unchanged
                    assert is_refused if cohort not in own.get(reader, ()) else status != 404, (reader, line, cohort)
