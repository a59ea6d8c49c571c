"""Figures as of any instant on either clock are those of a plain replay of what was known then."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from chassis.messaging.projections.projection import Recorded
from chassis.store.database import Pool
from contracts.enrollment import Merge, PersonMerged
from contracts.event import Event
from contracts.sessions import AttendanceState, Completion
from services.reporting.answers import service
from services.reporting.answers.domain import Question
from services.reporting.answers.history import amounts_as_of
from services.reporting.counting.domain import Cell, contributions
from services.reporting.facts.domain import OrganizationCompletion, kind_of, owner_of, subject_of
from services.reporting.indicators.registry import INDICATORS
from services.reporting.indicators.slices import ALL
from services.reporting.resources import ReportingResources
from services.reporting.tests import stories, test_counting
from services.reporting.tests.stories import MORNING, PROGRAMME, an_id, recorded
from services.reporting.tests.worker_steps import (
    fold_records,
    mark_sources_read,
    truncate_everything,
    update_contributions,
)
from tests.support.sites import Site

instants = st.integers(-5, 100).map(lambda day: MORNING + timedelta(days=day))
maybe_instants = st.none() | instants


@st.composite
def merges(draw: st.DrawFn) -> Event:
    """Three people who may turn out to be one of two others, and may not."""
    person, other = an_id(draw(st.integers(0x100, 0x102))), an_id(draw(st.integers(0x103, 0x104)))
    return a_merge(person, draw(st.sampled_from([person, other])))


def a_merge(person: UUID, counted_as: UUID, at: datetime = MORNING) -> PersonMerged:
    merge = stories.derived_id(person, "merge")
    return PersonMerged(occurred_at=at, merge_id=merge, person_id=person, counted_as=counted_as)


stories_of_one_sort = st.sampled_from(
    [
        (test_counting.enrollments(), test_counting.consents(), merges()),
        (test_counting.attendances(), merges()),
        (test_counting.completions(), test_counting.registered_organizations(), merges()),
        (test_counting.publications(), test_counting.days_of_reach()),
    ]
)


@st.composite
def histories(draw: st.DrawFn) -> list[Recorded]:
    """Few things in many versions, on two clocks that have nothing to do with each other: late, corrected, taken back.

    They are of one sort, so that they meet: a correction the fact it corrects, a merge the people it merges.
    """
    events = draw(st.lists(st.one_of(*draw(stories_of_one_sort)), min_size=10, max_size=40))
    happened = [event.model_copy(update={"occurred_at": draw(instants)}) for event in events]
    return [at(record, draw(instants)) for record in test_counting.with_versions(happened)]


def at(record: Recorded, instant: datetime) -> Recorded:
    """The same, recorded then."""
    return record._replace(envelope=record.envelope._replace(time=instant))


def known_at(history: Iterable[Recorded], as_of: datetime | None, recorded_as_of: datetime | None) -> list[Recorded]:
    """What had happened, and been recorded, by then."""
    return [
        record
        for record in history
        if (as_of is None or record.event.occurred_at <= as_of)
        and (recorded_as_of is None or record.envelope.time <= recorded_as_of)
    ]


def replayed(known: Iterable[Recorded]) -> Counter[Cell]:
    """The oracle: one version after the other, the people merged, each counted in memory."""
    latest: dict[tuple[str, UUID], Event] = {}
    for record in sorted(known, key=lambda record: record.envelope.version):
        for fact in (record.event, *_of_organization(record)):
            latest[kind_of(fact), subject_of(fact)] = fact
    counted_as = {fact.person_id: fact.counted_as for fact in latest.values() if isinstance(fact, Merge)}
    owned: defaultdict[UUID, list[Event]] = defaultdict(list)
    for fact in latest.values():
        owner = owner_of(fact)
        owned[counted_as.get(owner, owner)].append(fact)
    total: Counter[Cell] = Counter()
    for facts in owned.values():
        total.update(contributions(facts))
    return total


def _of_organization(record: Recorded) -> Iterator[Event]:
    if isinstance(record.event, Completion):
        yield OrganizationCompletion.model_validate_json(record.body)


def of_indicator(amounts: Counter[Cell], indicator: str) -> dict[Cell, int]:
    return {cell: n for cell, n in amounts.items() if cell.measure in INDICATORS[indicator].measures and n}


async def fold_in_any_order(pool: Pool, data: st.DataObject, history: Sequence[Recorded]) -> None:
    delivered = data.draw(st.permutations(history))
    cut = data.draw(st.integers(0, len(delivered)))
    for batch in (delivered[:cut], delivered[cut:]):
        await fold_records(pool, batch)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), history=histories(), as_of=maybe_instants, recorded_as_of=maybe_instants)
async def test_the_cells_as_of_any_two_instants_are_those_of_a_plain_replay(
    pool: Pool,
    migrator_url: SecretStr,
    data: st.DataObject,
    history: list[Recorded],
    as_of: datetime | None,
    recorded_as_of: datetime | None,
) -> None:
    await truncate_everything(migrator_url)
    await fold_in_any_order(pool, data, history)
    expected = replayed(known_at(history, as_of, recorded_as_of))
    for indicator in INDICATORS.values():
        question = Question(indicator, as_of=as_of, recorded_as_of=recorded_as_of)
        found = of_indicator(await amounts_as_of(pool, question), indicator.id)
        assert found == of_indicator(expected, indicator.id)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    indicator = draw(st.sampled_from(list(INDICATORS.values())))
    by = tuple(draw(st.lists(st.sampled_from(indicator.dimensions), max_size=2, unique=True)))
    programme = draw(st.none() | st.just(str(stories.PROGRAMME)))
    first, last = sorted(draw(st.tuples(months, months)))
    question = Question(indicator, by, programme, first, last)
    return replace(question, by=by[:1]) if question.adds_what_cannot_be_added else question


months = st.sampled_from(["0000-00", "2025-06", "2025-07", "9999-99"])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), history=histories(), question=questions(), as_of=instants, recorded_as_of=maybe_instants)
async def test_the_answer_as_of_an_instant_is_the_answer_without_later_events(
    pool: Pool,
    migrator_url: SecretStr,
    data: st.DataObject,
    history: list[Recorded],
    question: Question,
    as_of: datetime,
    recorded_as_of: datetime | None,
) -> None:
    await truncate_everything(migrator_url)
    await fold_in_any_order(pool, data, history)
    then = replace(question, as_of=as_of, recorded_as_of=recorded_as_of)
    answer = await service.answer(pool, then, {}, exact=True)

    await truncate_everything(migrator_url)
    await fold_records(pool, known_at(history, as_of, recorded_as_of))
    await update_contributions(pool)
    assert answer.rows == await service.exact_answer(pool, question, {})


MAY, JUNE, JULY = (datetime(2025, month, 12, 14, tzinfo=UTC) for month in (5, 6, 7))


async def a_late_sheet_and_a_correction(pool: Pool) -> None:
    """Of 12 who came in May, one is on a sheet that was recorded in July; another was marked by mistake."""
    people, session = [an_id(0x100 + number) for number in range(12)], an_id(0x300)
    records = [recorded(stories.an_attendance(person, session, MAY)) for person in people]
    records[0] = at(records[0], JULY)
    mistaken = stories.an_attendance(people[1], session, MAY, AttendanceState.ABSENT)
    await mark_sources_read(pool)
    await fold_records(pool, [*records, at(recorded(mistaken.model_copy(update={"occurred_at": JUNE}), 2), JUNE)])
    await update_contributions(pool)


async def as_of(pool: Pool, indicator: str, recorded: datetime) -> int:
    """The total of what was recorded by then."""
    amounts = await amounts_as_of(pool, Question(INDICATORS[indicator], recorded_as_of=recorded))
    return sum(n for cell, n in amounts.items() if cell.measure == indicator and cell.scope in (ALL, str(PROGRAMME)))


async def test_of_several_versions_the_newest_that_was_known_counts(pool: Pool) -> None:
    person, states = an_id(0x100), (AttendanceState.PRESENT, AttendanceState.ABSENT, AttendanceState.LATE)
    attendances = [stories.an_attendance(person, an_id(0x300), MAY, state) for state in states]
    versions = zip(attendances, (MAY, JUNE, JULY), strict=True)
    await fold_records(pool, [at(recorded(one, n), instant) for n, (one, instant) in enumerate(versions, start=1)])

    assert [await as_of(pool, "attended", instant) for instant in (MAY, JUNE, JULY)] == [1, 0, 1]


async def test_people_count_apart_until_it_was_known_that_they_are_one(pool: Pool) -> None:
    one, other = an_id(0x100), an_id(0x101)
    facts = [at(recorded(stories.an_attendance(person, an_id(0x300), MAY)), MAY) for person in (one, other)]
    await fold_records(pool, [*facts, at(recorded(a_merge(other, one, JUNE)), JUNE)])

    assert [await as_of(pool, "attended", instant) for instant in (MAY, JUNE)] == [2, 1]


@pytest.fixture
async def auditor(site: Site[ReportingResources]) -> AsyncIterator[httpx.AsyncClient]:
    await a_late_sheet_and_a_correction(site.resources.pool)
    async with site.browser("auditor") as browser:
        yield browser


async def answer_to(browser: httpx.AsyncClient, address: str) -> Any:
    answer = await browser.get(f"/api/indicators/{address}")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("instants", "value"),
    [
        ("as_of=2025-07-31", 11),
        ("as_of=2025-05-31", 12),
        ("as_of=2025-05-11", 0),
        ("as_of=2025-05-12T13:59:59Z", 0),
        ("as_of=2025-05-12T14:00:00Z", 12),
        ("recorded_as_of=2025-05-31", 11),
        ("recorded_as_of=2025-06-30", 10),
        ("recorded_as_of=2025-07-31", 11),
        ("as_of=2025-05-31&recorded_as_of=2025-06-30", 11),
    ],
)
async def test_each_clock_leaves_out_what_came_later(auditor: httpx.AsyncClient, instants: str, value: int) -> None:
    answer = await answer_to(auditor, f"attended?{instants}")
    assert answer["rows"] == [{"value": value, "status": "published"}]


async def test_the_answer_says_as_of_when_it_holds(auditor: httpx.AsyncClient) -> None:
    answer = await answer_to(auditor, "attended?by=district,sex&as_of=2025-05-31&recorded_as_of=2025-06-30T12:00:00Z")
    assert answer["as_of"] == "2025-05-31T23:59:59.999999-05:00"
    assert answer["recorded_as_of"] == "2025-06-30T12:00:00Z"
    assert answer["rows"] == [{"district": "060101", "sex": "female", "value": 11, "status": "published"}]


@pytest.mark.parametrize("clock", ["as_of", "recorded_as_of"])
async def test_another_instant_needs_a_role_however_plain_the_question(
    auditor: httpx.AsyncClient, site: Site[ReportingResources], clock: str
) -> None:
    address = f"/api/indicators/attended?{clock}=2099-12-31"
    async with site.browser() as public, site.browser("facilitator-0601") as facilitator:
        refused, forbidden = await public.get(address), await facilitator.get(address)
    assert (refused.status_code, refused.json().get("code")) == (401, "not_of_now")
    assert (forbidden.status_code, forbidden.json().get("code")) == (403, "wrong_role")
    async with site.browser("coordinator") as coordinator:
        assert (await answer_to(coordinator, f"attended?{clock}=2099-12-31"))["rows"][0]["value"] == 11


@pytest.mark.parametrize(
    "instant",
    ["yesterday", "2025-13-01", "2025-05-12T14:00:00", "1999-12-31", "9999-12-31", "0001-01-01T00:00:00Z", ""],
)
async def test_what_is_no_instant_is_refused(auditor: httpx.AsyncClient, instant: str) -> None:
    answer = await auditor.get("/api/indicators/attended", params={"as_of": instant})
    assert (answer.status_code, answer.json().get("code")) == (400, "not_an_instant")
