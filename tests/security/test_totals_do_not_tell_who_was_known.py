"""A facilitator who enrolls people out of their sight, and reads everything public after each, learns of nobody whether
they were known.

Two worlds differ only in which half of the documents is known elsewhere. What is told in both is the same.
"""

import json
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.runtime.jobs import Job
from contracts.event import Event
from services.enrollment.app import service as enrollment_service
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.identity.documents import Document, DocumentType
from services.enrollment.identity.names import Names
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import a_cohort, an_application, applies
from services.enrollment.tests.test_access import a_person
from services.reporting.app import service as reporting_service
from services.reporting.facts.domain import MODELS
from services.reporting.publishing.jobs import deduct
from services.reporting.publishing.service import changes_after
from services.reporting.resources import ReportingResources
from services.reporting.tests import stories
from services.reporting.tests.stories import recorded
from services.reporting.tests.worker_steps import fold_records, mark_sources_read, publish, update_contributions
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving

NUMBER = 40
DOCUMENTS = [str(50_000_000 + number) for number in range(NUMBER)]
KNOWN_TO_THE_OFFICE = "facilitator-0601"
PROBING = "facilitator-0602"
NAMES = Names("Rosalinda", "Quispe")

Told = list[tuple[Any, ...]]
"""What somebody without a token reads: the changes of the stream, sorted, and the totals."""


def known_halves() -> list[set[int]]:
    """A random half of the documents, and the other."""
    half = set(random.Random(12).sample(range(NUMBER), NUMBER // 2))
    return [half, set(range(NUMBER)) - half]


@dataclass
class World:
    """An office with people, a facilitator who probes, and what the public reads meanwhile."""

    enrollment: Site[EnrollmentResources]
    reporting: Site[ReportingResources]
    cohorts: dict[str, UUID] = field(default_factory=dict)
    people: list[UUID] = field(default_factory=list)
    read_up_to: int = 0
    sent: int = 0

    async def open(self, known: set[int]) -> None:
        """The known half is in a cohort of another facilitator, and was at a session there."""
        pool = self.enrollment.resources
        self.cohorts["elsewhere"] = await a_cohort(pool, capacity=2 * NUMBER, facilitator=KNOWN_TO_THE_OFFICE)
        self.cohorts["own"] = await a_cohort(pool, capacity=2 * NUMBER, facilitator=PROBING)
        for number in sorted(known):
            document = Document(DocumentType.DNI, DOCUMENTS[number])
            outcome = await applies(pool, an_application(self.cohorts["elsewhere"], document=document, names=NAMES))
            assert isinstance(outcome, Accepted)
            await self.attend(outcome.person_id, "elsewhere")
        await self.tell()
        await self.look()

    async def probe(self, number: int) -> None:
        body = a_person(
            self.cohorts["own"],
            document={"type": "dni", "number": DOCUMENTS[number]},
            given_names=NAMES.given,
            family_names=NAMES.family,
        )
        async with self.enrollment.browser(PROBING) as facilitator:
            answer = await facilitator.post("/api/enrollments", json=body)
        assert (answer.status_code, answer.json()["outcome"]) == (201, "accepted")
        self.people.append(UUID(answer.json()["person_id"]))

    async def attend(self, person: UUID, cohort: str) -> None:
        session = stories.derived_id(self.cohorts[cohort], "session")
        at = stories.MORNING + timedelta(days=list(self.cohorts).index(cohort))
        await self.fold(stories.an_attendance(person, session, at, cohort_id=self.cohorts[cohort]))

    async def leave(self, person: UUID) -> None:
        """The facilitator has the enrollment withdrawn."""
        query = "SELECT enrollment_id FROM enrollments WHERE person_id = $1"
        enrollment = await self.enrollment.resources.pool.fetchval(query, person)
        async with self.enrollment.browser("coordinator") as coordinator:
            assert (await coordinator.post(f"/api/enrollments/{enrollment}/withdraw")).status_code == 200

    async def look(self) -> Told:
        """The weekly look at what is to be deducted."""
        await deduct(self.reporting.resources, Job(UUID(int=1), "publishing.deduct", {}, 1))
        return await self.tell()

    async def tell(self) -> Told:
        """Sends on what enrollment said, publishes, and reads everything public that is new."""
        pool = self.reporting.resources.pool
        await mark_sources_read(pool)
        rows = await self.enrollment.resources.pool.fetch(
            "SELECT id, type, aggregateversion, payload FROM outbox WHERE id > $1 ORDER BY id", self.sent
        )
        for row in rows:
            if row["type"] in MODELS:
                await self.fold(MODELS[row["type"]].model_validate_json(row["payload"]), row["aggregateversion"])
            self.sent = row["id"]
        await update_contributions(pool)
        await publish(pool)
        changes = await changes_after(pool, self.read_up_to, 100_000)
        self.read_up_to = max((change.sequence for change in changes), default=self.read_up_to)
        told = [(one.indicator, one.dimension, self.named(one.member), one.value, one.status) for one in changes]
        return [*sorted(told, key=str), await self.total()]

    async def fold(self, event: Event, version: int = 1) -> None:
        await fold_records(self.reporting.resources.pool, [recorded(event, version)])

    async def total(self, person: str | None = None) -> tuple[int, int]:
        """How many are enrolled and were at a session, for everybody or for this person."""
        async with self.reporting.browser(person) as reader:
            answers = [await reader.get(f"/api/indicators/{name}") for name in ("enrolled", "attendees")]
        enrolled, attendees = (answer.json()["rows"][0]["value"] for answer in answers)
        return enrolled, attendees

    def named(self, member: str) -> str:
        """The cohorts of both worlds have other identifiers; programmes are a cohort's own."""
        known = {str(cohort): name for name, cohort in self.cohorts.items()}
        return known.get(member, "a programme" if len(member) == 36 else member)


@pytest.fixture
async def worlds(fresh_databases: FreshDatabases) -> AsyncIterator[list[World]]:
    async with (
        serving(enrollment_service, fresh_databases.variables("enrollment")) as enrollment,
        serving(reporting_service, fresh_databases.variables("reporting")) as reporting,
        serving(enrollment_service, fresh_databases.variables("enrollment")) as other_enrollment,
        serving(reporting_service, fresh_databases.variables("reporting")) as other_reporting,
    ):
        worlds = [World(enrollment, reporting), World(other_enrollment, other_reporting)]
        for world, known in zip(worlds, known_halves(), strict=True):
            await world.open(known)
        yield worlds


async def test_forty_probes_tell_of_nobody_whether_they_were_known(worlds: list[World]) -> None:
    told = [await probed(world) for world in worlds]
    for one, other in zip(*told, strict=True):
        assert one == other
    assert len({json.dumps(step, default=str) for step in told[0]}) > NUMBER, "what is public moves with each"


async def probed(world: World) -> list[Told]:
    """What is public after each step: everybody enrolls, comes, is looked at, and leaves again."""
    steps: list[Told] = []
    for number in range(NUMBER):
        await world.probe(number)
        steps.append(await world.tell())
        assert steps[-1][-1] == (NUMBER // 2 + number + 1, NUMBER // 2)
    for person in world.people:
        await world.attend(person, "own")
        steps.append(await world.tell())
    assert steps[-1][-1] == (NUMBER * 3 // 2, NUMBER * 3 // 2)
    steps.append(await world.look())
    assert steps[-1][-1] == (NUMBER, NUMBER) == await world.total("coordinator"), "everybody counts once in the end"
    for person in world.people[: NUMBER // 4]:
        await world.leave(person)
        steps.append(await world.tell())
        assert steps[-1][-1][0] == NUMBER - len(steps) + 2 * NUMBER + 1
    return steps


async def test_who_may_see_exact_figures_counts_everybody_once_at_once(worlds: list[World]) -> None:
    world, known = worlds[0], known_halves()[0]
    for number in range(NUMBER):
        await world.probe(number)
        await world.tell()
        new = len(set(range(number + 1)) - known)
        assert (await world.total("coordinator"))[0] == len(known) + new
