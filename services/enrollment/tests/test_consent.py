"""Consent: what stands, what a seat requires, and what ends with a withdrawal."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import permutations, product
from uuid import UUID

import pytest

from chassis.store.identifiers import new_id
from contracts.enrollment import Purpose
from services.enrollment.consent.commands import WithdrawConsent
from services.enrollment.consent.domain import (
    Agreement,
    ConsentHistory,
    GivenConsent,
    StoredConsent,
    effective,
    history_of,
    missing_consent,
    new_consents,
)
from services.enrollment.enrollments.domain import Accepted
from services.enrollment.enrollments.service import withdraw_consent
from services.enrollment.identity.names import Names
from services.enrollment.people.cohort_pages import entries_of_cohort
from services.enrollment.people.domain import EVERYBODY, Visibility
from services.enrollment.people.service import stored_identities
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import (
    LOOKING,
    NOW,
    a_cohort,
    an_application,
    applies,
    event_bodies,
    seats,
    unit_of_work,
    withdraws_consent,
)

TRAINING, GUARDIAN, CONTACT = Purpose.TRAINING, Purpose.GUARDIAN, Purpose.CONTACT
REQUIRED = {TRAINING, GUARDIAN}
VERSION, FORMER_VERSION = "2025-04", "2024-01"
FACILITATORS = Visibility(facilitator="facilitator-0601")


def on(day: int) -> datetime:
    return datetime(2025, 5, day, 12, tzinfo=UTC)


def given(purpose: Purpose, at: datetime, version: str = VERSION) -> GivenConsent:
    return GivenConsent(purpose, version, at)


def withdrawn(purpose: Purpose, at: datetime) -> StoredConsent:
    return StoredConsent(new_id(), purpose, VERSION, on(1), at)


@pytest.mark.parametrize("days", list(permutations((3, 9, 6))))
def test_the_last_of_several_withdrawals_counts_in_whatever_order_they_are_stored(days: tuple[int, ...]) -> None:
    history = history_of(withdrawn(TRAINING, on(day)) for day in days)
    assert effective([given(TRAINING, on(7))], history) == []
    assert effective([given(TRAINING, on(10))], history) == [given(TRAINING, on(10))]


def test_a_consent_of_the_instant_of_the_withdrawal_does_not_count() -> None:
    history = history_of([withdrawn(TRAINING, on(9))])
    after = given(TRAINING, on(9) + timedelta(microseconds=1))
    assert effective([given(TRAINING, on(9)), after], history) == [after]


def test_a_withdrawal_is_of_its_purpose_alone() -> None:
    history = history_of([withdrawn(CONTACT, on(9))])
    assert effective([given(TRAINING, on(7)), given(CONTACT, on(7))], history) == [given(TRAINING, on(7))]


def test_each_purpose_and_version_is_stored_once_as_it_was_given_first() -> None:
    history = ConsentHistory(standing=frozenset({(CONTACT, VERSION)}))
    asked = [
        given(TRAINING, on(3)),
        given(TRAINING, on(5)),
        given(TRAINING, on(4), FORMER_VERSION),
        given(CONTACT, on(6)),
        given(CONTACT, on(6), FORMER_VERSION),
    ]
    assert new_consents(asked, history) == [asked[0], asked[2], asked[4]]


STORED = ("never given", "stands", "withdrawn")


def whole_situations() -> Iterator[tuple[dict[Purpose, str], tuple[Purpose, ...], int | None]]:
    """What is stored for each purpose, what is given now, and the age."""
    purposes = (TRAINING, GUARDIAN, CONTACT)
    for stored in product(STORED, repeat=len(purposes)):
        for chosen in product((False, True), repeat=len(purposes)):
            now = tuple(purpose for purpose, is_given in zip(purposes, chosen, strict=True) if is_given)
            for age in (None, 0, 13, 14, 15):
                yield dict(zip(purposes, stored, strict=True)), now, age


def test_a_seat_requires_training_and_below_fourteen_a_guardian_whatever_was_stored() -> None:
    for stored, now, age in whole_situations():
        history = ConsentHistory(
            frozenset((purpose, FORMER_VERSION) for purpose, state in stored.items() if state == "stands"),
            {purpose: on(9) for purpose, state in stored.items() if state == "withdrawn"},
        )
        agreed = {purpose for purpose, state in stored.items() if state == "stands"}

        fresh = missing_consent([given(purpose, on(10)) for purpose in now], history, age)
        outdated = missing_consent([given(purpose, on(8)) for purpose in now], history, age)

        for rejection, counted in (
            (fresh, agreed | set(now)),
            (outdated, agreed | {purpose for purpose in now if stored[purpose] != "withdrawn"}),
        ):
            is_enough = TRAINING in counted and (age is None or age >= 14 or GUARDIAN in counted)
            assert (rejection is None) == is_enough, (stored, now, age)


async def agreed_to_everything(resources: EnrollmentResources, cohort: UUID) -> UUID:
    """The id of a person who agreed to both versions of every text."""
    consents = tuple(Agreement(purpose, version) for purpose in Purpose for version in (FORMER_VERSION, VERSION))
    application = an_application(cohort, consents=consents, phone="976 543 210", email="rosa@example.org")
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted)
    return outcome.person_id


@pytest.mark.parametrize("purpose", Purpose)
async def test_a_withdrawal_ends_what_rests_on_its_purpose_and_nothing_else(
    resources: EnrollmentResources, purpose: Purpose
) -> None:
    cohort = await a_cohort(resources, capacity=1)
    person_id = await agreed_to_everything(resources, cohort)
    await applies(resources, an_application(cohort))

    for day in (1, 2):
        async with unit_of_work(resources, now=NOW + timedelta(days=day)) as unit:
            await withdraw_consent(unit, WithdrawConsent(person_id=person_id, purpose=purpose), resources)

    rows = await resources.pool.fetch(
        "SELECT purpose, withdrawn_at FROM consents WHERE person_id = $1 AND withdrawn_at IS NOT NULL", person_id
    )
    assert [tuple(row) for row in rows] == [(purpose, NOW + timedelta(days=1))] * 2
    assert [body["purpose"] for body in await event_bodies(resources, "ConsentWithdrawn")] == [purpose] * 2
    ended = {"withdrawn": 1, "accepted": 1}
    assert await seats(resources, cohort) == (ended if purpose in REQUIRED else {"accepted": 1, "waitlisted": 1})
    assert await contact_of(resources, person_id) == ((None, None) if purpose is CONTACT else (PHONE, EMAIL))
    assert await is_withheld(resources, cohort, person_id) == (purpose in REQUIRED)


PHONE, EMAIL = "976 543 210", "rosa@example.org"


async def contact_of(resources: EnrollmentResources, person_id: UUID) -> tuple[str | None, str | None]:
    identity = (await stored_identities(LOOKING, resources.pool, resources, [person_id]))[person_id]
    return identity.phone, identity.email


async def is_withheld(resources: EnrollmentResources, cohort: UUID, person_id: UUID) -> bool:
    """Whether the cohort's facilitator must not read the name."""
    entries = await entries_of_cohort(LOOKING, resources, cohort, FACILITATORS)
    return next(entry.is_withheld for entry in entries if entry.person_id == person_id)


@pytest.mark.parametrize("purpose", sorted(REQUIRED))
async def test_names_are_shown_again_once_the_person_agreed_again(
    resources: EnrollmentResources, purpose: Purpose
) -> None:
    cohort = await a_cohort(resources)
    application = an_application(
        cohort, birth_date=date(2013, 1, 1), consents=tuple(Agreement(one, VERSION) for one in sorted(REQUIRED))
    )
    outcome = await applies(resources, application)
    assert isinstance(outcome, Accepted)
    await withdraws_consent(resources, outcome.person_id, purpose)
    assert await is_withheld(resources, cohort, outcome.person_id)

    again = an_application(
        await a_cohort(resources),
        document=application.document,
        birth_date=application.birth_date,
        consents=(Agreement(purpose, VERSION),),
    )
    assert isinstance(await applies(resources, again, NOW + timedelta(days=1)), Accepted)

    assert not await is_withheld(resources, cohort, outcome.person_id)


async def test_a_consent_is_of_its_own_day(resources: EnrollmentResources) -> None:
    consents = (Agreement(TRAINING, VERSION, date(2025, 4, 2)), Agreement(CONTACT, VERSION))
    await applies(resources, an_application(await a_cohort(resources), consents=consents, enrolled_on=date(2025, 5, 2)))

    rows = await resources.pool.fetch("SELECT given_at FROM consents ORDER BY given_at")
    noons = [datetime(2025, month, 2, 17, tzinfo=UTC) for month in (4, 5)]
    assert [row["given_at"] for row in rows] == noons
    told = [datetime.fromisoformat(body["occurred_at"]) for body in await event_bodies(resources, "ConsentGiven")]
    assert told == noons


async def test_ways_of_contact_are_forgotten_in_all_records_of_the_person(resources: EnrollmentResources) -> None:
    agreed = (Agreement(TRAINING, VERSION), Agreement(CONTACT, VERSION))
    first = an_application(await a_cohort(resources), consents=agreed, phone=PHONE, email=EMAIL)
    apart = an_application(
        await a_cohort(resources, facilitator="facilitator-0602"),
        document=first.document,
        names=Names("Rosa", "Quispe"),
        consents=agreed,
        phone=PHONE,
        email=EMAIL,
    )
    outcomes = [
        await applies(resources, first, visibility=EVERYBODY),
        await applies(resources, apart, visibility=Visibility(facilitator="facilitator-0602")),
    ]
    people = [outcome.person_id for outcome in outcomes if isinstance(outcome, Accepted)]
    assert [await contact_of(resources, one) for one in people] == [(PHONE, EMAIL)] * 2

    await withdraws_consent(resources, people[0], CONTACT)

    assert [await contact_of(resources, one) for one in people] == [(None, None)] * 2
