"""Whatever is decided, taken back, corrected and withdrawn, in any order: the state is what a replay of it gives."""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import combinations
from random import Random
from typing import Any
from uuid import UUID

import pytest

from chassis.runtime.rejections import RejectedError
from services.enrollment.applications.service import keep
from services.enrollment.enrollments.commands import CorrectEnrollment
from services.enrollment.enrollments.corrected import EnrollmentCorrectionReason
from services.enrollment.enrollments.corrections import correct_enrollment
from services.enrollment.enrollments.domain import Accepted, Application, Review, ReviewDecision, Waitlisted
from services.enrollment.enrollments.reinstatement import reinstate
from services.enrollment.identity.names import Names
from services.enrollment.people.domain import EVERYBODY, Visibility
from services.enrollment.resources import EnrollmentResources
from services.enrollment.reviews.commands import DecideApplication
from services.enrollment.reviews.domain import ApplicationDecision, ReviewReason
from services.enrollment.reviews.service import decide_application
from services.enrollment.rights.commands import RectifyPerson
from services.enrollment.rights.domain import AppliesTo, RectificationReason
from services.enrollment.rights.service import rectify_person
from services.enrollment.tests.stories import a_cohort, an_application, applies, unit_of_work, withdraws
from services.enrollment.tests.test_deciding import asks, counted, decides, replayed

STEPS = 30
STRANGER = Visibility(facilitator="facilitator-0609")
"""Sees nobody, so that known documents are registered apart."""

LAST_EVENTS = """
SELECT DISTINCT ON (aggregateid) payload::jsonb AS body FROM outbox WHERE type ~ 'Enrollment'
ORDER BY aggregateid, aggregateversion DESC
"""
STANDING = """
SELECT DISTINCT ON (person_id, other_id) person_id, other_id, decision FROM review_decisions
WHERE other_id IS NOT NULL ORDER BY person_id, other_id, decision_number DESC
"""


@dataclass
class Office:
    """What a random office has done so far: its people, and their applications."""

    resources: EnrollmentResources
    random: Random
    applications: list[Application] = field(default_factory=list)
    people: list[UUID] = field(default_factory=list)
    owners: dict[UUID, UUID] = field(default_factory=dict)

    async def register_somebody(self) -> None:
        await self._apply(an_application(await a_cohort(self.resources)), EVERYBODY)

    async def apply_again(self) -> None:
        known = self.random.choice(self.applications)
        cohort = self.random.choice([known.cohort_id, await a_cohort(self.resources)])
        names = self.random.choice([known.names, Names("Juan", "Cotrina")])
        application = an_application(cohort, document=known.document, names=names)
        await self._apply(application, self.random.choice([EVERYBODY, STRANGER]))

    async def decide(self) -> None:
        one, other = self.random.sample(self.people, 2)
        await asks(self.resources, one, other, self.random.choice(list(ReviewDecision)))

    async def withdraw(self) -> None:
        await withdraws(self.resources, self.random.choice(self.applications).enrollment_id)

    async def reinstate(self) -> None:
        async with unit_of_work(self.resources) as unit:
            await reinstate(unit, self.random.choice(self.applications).enrollment_id)

    async def correct_document(self) -> None:
        """Gives somebody a new document, or that of another one, which is refused."""
        document = self.random.choice([*self.applications, an_application(self.people[0])]).document
        person_id = self.random.choice(self.people)
        command = RectifyPerson.model_validate(
            {
                "document": {"type": document.type, "number": document.number},
                "given_names": "Rosa Elena",
                "family_names": "Quispe Huamán",
                "district": self.random.choice(["060101", "060201"]),
                "applies_to": self.random.choice(list(AppliesTo)),
                "reason": RectificationReason.MISTAKE_FOUND,
            }
        )
        async with unit_of_work(self.resources, person_id) as unit:
            await rectify_person(unit, command, self.resources, person_id)

    async def correct_enrollment(self) -> None:
        day = date(2025, 4, self.random.randint(1, 30))
        command = CorrectEnrollment(enrolled_on=day, reason=EnrollmentCorrectionReason.MISTAKE_FOUND)
        enrollment_id = self.random.choice(self.applications).enrollment_id
        async with unit_of_work(self.resources) as unit:
            await correct_enrollment(unit, command, enrollment_id)

    async def decide_application(self) -> None:
        """Somebody contradicts whoever has a document, and it is decided who they are."""
        known = self.random.choice(self.applications)
        application = an_application(known.cohort_id, document=known.document, names=Names("Juan", "Cotrina"))
        outcome = await applies(self.resources, application)
        if not isinstance(outcome, Review):
            return
        async with unit_of_work(self.resources) as unit:
            waiting = await keep(unit, application, outcome.person_id, self.resources)
        decision = self.random.choice(list(ApplicationDecision))
        command = DecideApplication(decision=decision, reason=ReviewReason.CARDS_COMPARED)
        async with unit_of_work(self.resources, waiting.application_id) as unit:
            decided = await decide_application(unit, command, self.resources, waiting.application_id)
        if isinstance(decided, Accepted | Waitlisted):
            self.applications.append(application)
            self.people = sorted({*self.people, decided.person_id})

    async def _apply(self, application: Application, visibility: Visibility) -> None:
        outcome = await applies(self.resources, application, visibility=visibility)
        if isinstance(outcome, Accepted | Waitlisted):
            self.applications.append(application)
            self.people = sorted({*self.people, outcome.person_id})


async def assert_state_is_as_replayed(office: Office) -> None:
    pool = office.resources.pool
    state = await counted(office.resources)
    assert state == await replayed(office.resources)
    assert all(state[one] == one for one in state.values()), "nobody is counted as one who is counted as a third"
    for row in await pool.fetch(STANDING):
        is_one = state[row["person_id"]] == state[row["other_id"]]
        assert is_one == (row["decision"] == "same_person"), "each standing decision holds"
    stored = {str(row["enrollment_id"]): dict(row) for row in await pool.fetch("SELECT * FROM enrollments")}
    for told in (row["body"] for row in await pool.fetch(LAST_EVENTS)):
        found = stored.pop(told["enrollment_id"])
        assert (told["status"], told["person_id"]) == (found["status"], str(found["person_id"]))
        accepted_at = told["accepted_at"] and datetime.fromisoformat(told["accepted_at"])
        assert (told["profile"], accepted_at) == (found["profile"], found["accepted_at"])
        owner = office.owners.setdefault(found["enrollment_id"], found["person_id"])
        assert owner == found["person_id"], "no enrollment moves to another person"
    assert stored == {}
    assert_documents_find_everybody(await pool.fetch("SELECT * FROM people"), state)


def assert_documents_find_everybody(people: list[Any], state: dict[UUID, UUID]) -> None:
    """Those who are counted as one have one document, and each document has one owner."""
    owners, holders, groups = defaultdict(list), set(), defaultdict(set)
    for row in people:
        digest = row["document_digest"] or row["shared_document_digest"]
        holders.add(digest)
        groups[state[row["person_id"]]].add(digest)
        if row["document_digest"]:
            owners[digest].append(row["person_id"])
    assert all(len(found) == 1 for found in groups.values())
    assert holders == set(owners)
    assert all(state[owner] == owner for [owner] in owners.values())


@pytest.mark.parametrize("seed", range(4))
async def test_the_state_is_as_replayed_after_every_step(resources: EnrollmentResources, seed: int) -> None:
    office = Office(resources, Random(seed))
    for _ in range(3):
        await office.register_somebody()
    steps = {
        office.register_somebody: 1, office.apply_again: 3, office.decide: 8,
        office.withdraw: 2, office.reinstate: 1, office.correct_document: 2, office.correct_enrollment: 2,
        office.decide_application: 2,
    }  # fmt: skip
    for step in office.random.choices(list(steps), weights=list(steps.values()), k=STEPS):
        with suppress(RejectedError):
            await step()
        await assert_state_is_as_replayed(office)


@pytest.mark.parametrize("seed", range(3))
async def test_the_order_of_decisions_on_several_pairs_does_not_matter(
    resources: EnrollmentResources, seed: int
) -> None:
    """Three pairs of four people are one, in any order; a pair that is told apart again is two people, as before."""
    office = Office(resources, Random(seed))
    for _ in range(4):
        await office.register_somebody()
    first, *_rest = office.people
    pairs = office.random.sample(list(combinations(office.people, 2))[:3], 3)
    for one, other in pairs:
        await decides(resources, one, other, ReviewDecision.SAME_PERSON)
    assert len(set((await counted(resources)).values())) == 1
    for one, other in office.random.sample(pairs, 3):
        await decides(resources, one, other, ReviewDecision.OTHER_PERSON)
        await assert_state_is_as_replayed(office)
    assert first in (await counted(resources)).values()
    assert await counted(resources) == {person: person for person in office.people}
