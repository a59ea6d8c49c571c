"""Whatever comes, in whatever order and however often: the cells are those of a plain count over everything."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from chassis.messaging.projections.projection import Recorded
from chassis.store.database import Pool
from contracts.event import Event, OrganizationType, Sex
from contracts.media import Channel
from contracts.sessions import AttendanceState
from services.reporting.counting.domain import Cell
from services.reporting.facts.projection import fold, prepare
from services.reporting.tests import stories
from services.reporting.tests.plain_count import PlainCell, plain_count, public_lists
from services.reporting.tests.stories import MORNING, OTHER_PROGRAMME, PROGRAMME, an_id, recorded
from services.reporting.tests.worker_steps import (
    cells,
    fold_events,
    fold_records,
    truncate_everything,
    update_contributions,
)

persons = st.integers(0x100, 0x104).map(an_id)
moments = st.integers(0, 90).map(lambda day: MORNING + timedelta(days=day))
programmes = st.sampled_from([PROGRAMME, OTHER_PROGRAMME])
organizations = st.integers(0x900, 0x902).map(an_id)
channels = st.sampled_from([Channel.FACEBOOK, Channel.RADIO])
districts = st.sampled_from(["060101", "060102", "060201"])


@st.composite
def enrollments(draw: st.DrawFn) -> Event:
    person, number = draw(persons), draw(st.integers(1, 2))
    enrollment = stories.an_enrollment(
        person,
        draw(moments),
        draw(programmes),
        enrollment=stories.derived_id(person, "enrollment", number),
        district=draw(districts),
        sex=draw(st.sampled_from(Sex)),
    )
    return draw(st.sampled_from([enrollment, stories.withdrawn(enrollment)]))


@st.composite
def consents(draw: st.DrawFn) -> Event:
    return stories.a_consent(draw(persons)).model_copy(update={"given": draw(st.booleans())})


@st.composite
def attendances(draw: st.DrawFn) -> Event:
    session = an_id(0x300 + draw(st.integers(0, 2)))
    return stories.an_attendance(draw(persons), session, draw(moments), draw(st.sampled_from(AttendanceState)))


@st.composite
def completions(draw: st.DrawFn) -> Event:
    completion = stories.a_completion(
        draw(persons), draw(moments), draw(programmes), draw(st.none() | organizations),
        organization_type=draw(st.sampled_from(OrganizationType)),
    )  # fmt: skip
    return completion.model_copy(update={"achieved": draw(st.booleans())})


@st.composite
def registered_organizations(draw: st.DrawFn) -> Event:
    """Few, so that some are corrected, and some are named by a completion before they are known."""
    return stories.an_organization(draw(organizations), draw(st.none() | districts))


@st.composite
def publications(draw: st.DrawFn) -> Event:
    number = draw(st.integers(0, 3))
    return stories.a_publication(
        an_id(0x600 + number), an_id(0x700 + number % 2), draw(moments), channel=draw(channels),
        active=draw(st.booleans()),
    )  # fmt: skip


@st.composite
def days_of_reach(draw: st.DrawFn) -> Event:
    number = draw(st.integers(0, 3))
    visitors = range(draw(st.integers(0, 5)), draw(st.integers(5, 40)))
    return stories.a_day_of_reach(number, date(2025, 5, 12 + number % 2), visitors, district=draw(districts))


@st.composite
def modules(draw: st.DrawFn) -> Event:
    return stories.a_module(an_id(0x800 + draw(st.integers(0, 2))), hours=draw(st.integers(1, 20)))


@st.composite
def merges(draw: st.DrawFn) -> Event:
    """One of two people turns out to be, or not to be, one of the others."""
    person = an_id(draw(st.integers(0x103, 0x104)))
    return stories.a_merge(person, draw(st.one_of(st.just(person), st.integers(0x100, 0x102).map(an_id))))


events = st.one_of(
    enrollments(),
    consents(),
    attendances(),
    completions(),
    registered_organizations(),
    publications(),
    days_of_reach(),
    modules(),
    merges(),
)


def with_versions(events: Sequence[Event]) -> list[Recorded]:
    """The events as their owners publish them, each subject's versions counted from 1."""
    versions: Counter[str] = Counter()
    records = []
    for event in events:
        versions[event.subject] += 1
        records.append(recorded(event, versions[event.subject]))
    return records


def as_plain(cells: Mapping[Cell, int]) -> Counter[PlainCell]:
    return Counter({(one.measure, one.scope, frozenset(one.slice.members().items())): n for one, n in cells.items()})


async def shown(pool: Pool) -> dict[tuple[str, str, str], int]:
    rows = await pool.fetch("SELECT measure, dimension, member, n FROM margins WHERE n <> 0")
    return {(row["measure"], row["dimension"], row["member"]): row["n"] for row in rows}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), published=st.lists(events, min_size=1, max_size=25))
async def test_any_order_duplicates_and_late_facts_give_the_plain_count(
    pool: Pool, migrator_url: SecretStr, data: st.DataObject, published: list[Event]
) -> None:
    await truncate_everything(migrator_url)
    records = with_versions(published)
    delivered = data.draw(st.permutations(records + data.draw(st.lists(st.sampled_from(records), max_size=5))))
    cut = data.draw(st.integers(0, len(delivered)))
    for batch in (delivered[:cut], delivered[cut:]):
        await fold_records(pool, batch)
        if data.draw(st.booleans()):
            await update_contributions(pool)
    await update_contributions(pool)
    assert as_plain(await cells(pool)) == plain_count(records)
    assert await shown(pool) == public_lists(plain_count(records, merged=False))


ONE, OTHER = an_id(0x100), an_id(0x101)
LATER = MORNING + timedelta(days=40)
A_DAY = date(2025, 5, 12)

ONCE: dict[str, tuple[str, int, list[Event]]] = {
    "an asset twice on a channel": (
        "content_published", 1, [stories.a_publication(an_id(0x600 + n), an_id(0x700)) for n in range(2)],
    ),
    "a visitor of two links on a day": (
        "first_party_reach", 15,
        [stories.a_day_of_reach(0, A_DAY, range(10)), stories.a_day_of_reach(1, A_DAY, range(5, 15))],
    ),
    "a visitor on two days": (
        "first_party_reach", 20, [stories.a_day_of_reach(n, A_DAY + timedelta(days=n), range(10)) for n in range(2)],
    ),
    "a person in two programmes": (
        "enrolled", 1,
        [stories.a_consent(ONE), *(
            stories.an_enrollment(ONE, at, programme, enrollment=stories.derived_id(ONE, "enrollment", n))
            for n, (at, programme) in enumerate([(MORNING, PROGRAMME), (LATER, OTHER_PROGRAMME)])
        )],
    ),
    "a person at two sessions": (
        "attendees", 1, [stories.an_attendance(ONE, an_id(0x300 + n)) for n in range(2)],
    ),
    "two people who are one": (
        "trained", 1, [stories.a_completion(ONE), stories.a_completion(OTHER), stories.a_merge(OTHER, ONE)],
    ),
    "an organization of two people, in two programmes": (
        "organizations_trained", 1,
        [
            stories.an_organization(an_id(0x900)),
            stories.a_completion(ONE, organization=an_id(0x900)),
            stories.a_completion(OTHER, LATER, OTHER_PROGRAMME, an_id(0x900)),
        ],
    ),
    "a person of two organizations": (
        "organizations_trained", 2,
        [
            stories.a_completion(ONE, organization=an_id(0x900)),
            stories.a_completion(OTHER, organization=an_id(0x901)),
            stories.a_merge(OTHER, ONE),
        ],
    ),
    "a person on two lists": (
        "trained_before", 1,
        [stories.a_stated_training(ONE, cohort=one) for one in (stories.COHORT, stories.OTHER_COHORT)],
    ),
}  # fmt: skip
"""What counts, how often, and the events that would count more often."""


@pytest.mark.parametrize("what", ONCE)
async def test_what_is_one_counts_once(pool: Pool, what: str) -> None:
    measure, expected, events = ONCE[what]
    await fold_events(pool, *events)
    await update_contributions(pool)
    counted = as_plain(await cells(pool))
    assert public_lists(counted)[measure, "total", "total"] == expected
    assert counted == plain_count(with_versions(events))
    assert await shown(pool) == public_lists(plain_count(with_versions(events), merged=False))


async def test_merged_people_count_once_and_apart_again_after_an_unmerge(pool: Pool) -> None:
    one, other = an_id(0x100), an_id(0x101)
    await fold_events(
        pool,
        *(event for person in (one, other) for event in (stories.a_consent(person), stories.an_enrollment(person))),
    )
    await update_contributions(pool)
    assert await people(pool) == 2
    await fold_records(pool, [recorded(stories.a_merge(other, one), 1)])
    await update_contributions(pool)
    assert await people(pool) == 1
    await fold_records(pool, [recorded(stories.a_merge(other, other), 2)])
    await update_contributions(pool)
    assert await people(pool) == 2


async def test_the_public_sums_follow_a_withdrawal(pool: Pool) -> None:
    one, other = an_id(0x100), an_id(0x101)
    enrollment = stories.an_enrollment(one)
    await fold_events(pool, stories.a_consent(one), enrollment)
    await update_contributions(pool)
    await fold_events(pool, stories.a_consent(other), stories.an_enrollment(other))
    await update_contributions(pool)
    total = "SELECT n FROM margins WHERE (measure, dimension) = ('enrolled', 'total')"
    assert await pool.fetchval(total) == 2

    await fold_records(pool, [recorded(stories.withdrawn(enrollment), 2)])
    await update_contributions(pool)

    assert await pool.fetchval(total) == 1


async def test_whoever_withdrew_and_is_accepted_again_counts_in_the_month_of_the_new_seat(pool: Pool) -> None:
    person = an_id(0x100)
    enrollment = stories.an_enrollment(person)
    again = stories.an_enrollment(person, MORNING + timedelta(days=40), district="060301")
    await fold_events(pool, stories.a_consent(person), enrollment)
    await update_contributions(pool)

    await fold_records(pool, [recorded(again, 3), recorded(stories.withdrawn(enrollment), 2)])
    await update_contributions(pool)

    sums = {(dimension, member): n for (measure, dimension, member), n in (await shown(pool)).items()}
    assert sums["total", "total"] == 1
    assert {key for key in sums if key[0] in {"month", "district"}} == {("month", "2025-06"), ("district", "060301")}


async def test_a_new_fact_of_somebody_leaves_them_counted_with_their_merged_person(pool: Pool) -> None:
    one, other, session = an_id(0x100), an_id(0x101), an_id(0x300)
    await fold_events(pool, stories.an_attendance(other, session), stories.a_merge(other, one))
    await update_contributions(pool)

    await fold_events(pool, stories.an_attendance(one, an_id(0x301)))
    await update_contributions(pool)

    counted = await cells(pool)
    assert sum(n for cell, n in counted.items() if cell.measure == "attended") == 2
    assert sum(n for cell, n in counted.items() if (cell.measure, cell.scope) == ("attendees", "all")) == 1


async def people(pool: Pool) -> int:
    return sum(n for cell, n in (await cells(pool)).items() if (cell.measure, cell.scope) == ("enrolled", "all"))


async def test_an_event_that_arrives_twice_counts_once(pool: Pool) -> None:
    person = an_id(0x100)
    events = [stories.a_consent(person), stories.an_enrollment(person)]
    await fold_events(pool, *events, *events)
    await update_contributions(pool)
    await fold_events(pool, *events)
    await update_contributions(pool)
    assert sum(amount for cell, amount in (await cells(pool)).items() if cell.scope == "all") == 1
    assert await pool.fetchval("SELECT count(*) FROM facts") == 2
    assert await pool.fetchval("SELECT count(*) FROM superseded") == 0


async def test_a_version_that_arrives_again_makes_no_batch_dirty(pool: Pool) -> None:
    await fold_events(pool, stories.a_consent(an_id(0x100)))
    await update_contributions(pool)
    await fold_events(pool, stories.a_consent(an_id(0x100)))
    assert await pool.fetchval("SELECT count(*) FROM dirty_batches") == 0


async def test_a_late_version_is_kept_and_moves_nothing(pool: Pool) -> None:
    person = an_id(0x100)
    enrollment = stories.an_enrollment(person)
    await fold_records(pool, [recorded(stories.withdrawn(enrollment), 2)])
    await fold_events(pool, stories.a_consent(person), enrollment)
    await update_contributions(pool)
    assert not await cells(pool)
    assert await pool.fetchval("SELECT version FROM facts WHERE kind = 'enrollment'") == 2
    assert await pool.fetchval("SELECT version FROM superseded WHERE kind = 'enrollment'") == 1


async def test_a_withdrawal_takes_out_what_was_counted(pool: Pool) -> None:
    person = an_id(0x100)
    enrollment = stories.an_enrollment(person)
    await fold_events(pool, stories.a_consent(person), enrollment)
    await update_contributions(pool)
    assert await cells(pool)
    await fold_records(pool, [recorded(stories.withdrawn(enrollment), 2)])
    await update_contributions(pool)
    assert not await cells(pool)


async def test_a_fact_that_arrives_during_a_round_is_counted_in_the_next(pool: Pool) -> None:
    person = an_id(0x100)
    await fold_events(pool, stories.a_consent(person))
    async with pool.acquire() as updating, updating.transaction():
        await fold(updating, [prepare(recorded(stories.an_enrollment(person)))])
        await update_contributions(pool)
    assert not await cells(pool)
    await update_contributions(pool)
    assert await cells(pool)
