"""Facts: with whom each is counted, who is counted again, and what cannot be stored or added up."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from chassis.messaging.dead_letters.store import PermanentError
from chassis.store.database import Pool
from contracts.event import Event
from services.reporting.facts.domain import CountableModule, CountableReach, owner_of
from services.reporting.facts.projection import prepare
from services.reporting.facts.service import freshness
from services.reporting.facts.sketches import decode_sketch, distinct_visitors
from services.reporting.tests import stories
from services.reporting.tests.stories import MORNING, an_id, recorded
from services.reporting.tests.worker_steps import cells, fold_records, update_contributions

PERSON, OTHER, THIRD = an_id(0x100), an_id(0x101), an_id(0x102)
DAY = date(2025, 5, 12)
OWNED: list[tuple[Event, UUID]] = [
    (stories.a_programme(), stories.PROGRAMME),
    (stories.a_cohort(), stories.COHORT),
    (stories.a_module(an_id(0x20)), an_id(0x20)),
    (stories.a_consent(PERSON), PERSON),
    (stories.an_enrollment(PERSON), PERSON),
    (stories.an_attendance(PERSON, an_id(0x300)), PERSON),
    (stories.a_completion(PERSON, organization=OTHER), PERSON),
    (stories.an_organization(OTHER), OTHER),
    (stories.a_merge(PERSON, OTHER), PERSON),
    (stories.a_publication(an_id(0x31), an_id(0x30)), an_id(0x30)),
    (stories.a_day_of_reach(1, DAY, "a"), UUID(int=DAY.toordinal())),
    (stories.a_day_of_reach(2, DAY, "b"), UUID(int=DAY.toordinal())),
]


@pytest.mark.parametrize(("fact", "owner"), OWNED, ids=lambda each: type(each).__name__)
def test_a_fact_is_counted_with_its_person_its_asset_or_its_day(fact: Event, owner: UUID) -> None:
    assert owner_of(fact) == owner


@pytest.mark.parametrize("organization", [OTHER, None])
async def test_a_completion_is_counted_with_its_person_and_with_its_organization(
    pool: Pool, organization: UUID | None
) -> None:
    completion = stories.a_completion(PERSON, organization=organization)
    await fold_records(pool, [recorded(completion)])
    rows = await pool.fetch("SELECT subject, kind, owner FROM facts ORDER BY kind")
    assert [tuple(row) for row in rows] == [
        (completion.completion_id, "completion", PERSON),
        (completion.completion_id, "organization_completion", organization or completion.completion_id),
    ]


async def test_a_completion_of_before_it_named_an_organization_counts_its_person(pool: Pool) -> None:
    record = recorded(stories.a_completion(PERSON))
    body = record.event.model_dump_json(exclude={"organization_id"})
    await fold_records(pool, [record._replace(body=body)])
    await update_contributions(pool)
    assert {cell.measure for cell in await cells(pool)} == {"trained"}


@pytest.mark.parametrize(("number", "can_be_added_up"), [(-1, False), (1, True), (2**31 - 1, True), (2**31, False)])
def test_a_number_that_cannot_be_added_up_is_no_fact(number: int, can_be_added_up: bool) -> None:
    module = stories.a_module(an_id(0x20)).model_dump() | {"hours": number}
    reach = stories.a_day_of_reach(1, DAY, "a").model_dump() | {"people_visits": number}

    assert is_fact(CountableModule, module) == is_fact(CountableReach, reach) == can_be_added_up


def is_fact(model: type[Event], body: dict[str, Any]) -> bool:
    try:
        model.model_validate(body)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("text", ["", "no base64", "AAAA", stories.a_sketch("ab")[:-8]])
def test_what_is_no_sketch_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no compact theta sketch"):
        decode_sketch(text)


def test_reach_without_a_sketch_is_no_fact() -> None:
    reach = stories.a_day_of_reach(1, DAY, "a").model_dump()

    assert [is_fact(CountableReach, reach | {"people_sketch": text}) for text in (reach["people_sketch"], "AAAA")] == [
        True,
        False,
    ]


def test_visitors_of_several_sketches_are_estimated_with_whole_bounds_around_them() -> None:
    exact = distinct_visitors([stories.a_sketch(range(4_000)), stories.a_sketch(range(2_000, 4_096))])
    many = distinct_visitors([stories.a_sketch(range(30_000)), stories.a_sketch(range(20_000, 50_000))])

    assert exact == (4_096, 4_096, 4_096)
    assert many.lower < 50_000 < many.upper
    assert 0.93 < many.lower / many.value < 0.98 and 1.02 < many.upper / many.value < 1.07


@pytest.mark.parametrize(
    ("title", "is_stored"),
    [("a\\u0000b", False), ("a\\\\\\u0000b", False), ("a\\\\u0000b", True), ("u0000", True), ("a\\u0001b", True)],
)
def test_a_text_with_the_sign_that_postgresql_cannot_keep_is_no_fact(title: str, is_stored: bool) -> None:
    record = recorded(stories.a_programme())
    body = record.body.replace(stories.a_programme().title, title)

    try:
        stored = prepare(record._replace(body=body)).body
    except PermanentError:
        stored = ""

    assert stored == (body if is_stored else "")


async def test_whoever_a_person_is_or_was_counted_with_is_counted_again(pool: Pool) -> None:
    await fold_records(pool, [recorded(stories.a_merge(PERSON, OTHER), 1)])
    await update_contributions(pool)

    await fold_records(pool, [recorded(stories.a_merge(PERSON, THIRD), 2)])

    owners = await pool.fetch("SELECT DISTINCT unnest(owners) AS owner FROM dirty_batches")
    assert {row["owner"] for row in owners} == {PERSON, OTHER, THIRD}


async def test_the_tenth_word_of_a_batch_outdoes_the_ninth(pool: Pool) -> None:
    await fold_records(
        pool, [recorded(stories.a_merge(PERSON, by), version) for by, version in ((OTHER, 10), (THIRD, 9))]
    )

    assert await pool.fetchval("SELECT counted_as FROM aliases WHERE person = $1", PERSON) == OTHER


@pytest.mark.parametrize("title", ['"Nosotras"', "a\\b", "\\N", "a\tb\nc\rd", "Pɨ́sui ñ", "\u2028"])
async def test_a_body_is_kept_sign_by_sign(pool: Pool, title: str) -> None:
    programme = recorded(stories.a_programme().model_copy(update={"title": title}))
    spread = programme._replace(body=json.dumps(json.loads(programme.body), ensure_ascii=False, indent="\t"))
    await fold_records(pool, [programme])
    assert await pool.fetchval("SELECT body FROM facts") == programme.body

    await fold_records(pool, [spread._replace(envelope=spread.envelope._replace(version=2))])
    assert await pool.fetchval("SELECT body FROM facts") == spread.body


async def test_a_publication_that_changes_its_asset_is_counted_again_with_both(pool: Pool) -> None:
    before, after = an_id(0x30), an_id(0x40)
    await fold_records(pool, [recorded(stories.a_publication(an_id(0x31), before), 1)])
    await update_contributions(pool)

    await fold_records(pool, [recorded(stories.a_publication(an_id(0x31), after), 2)])

    assert sorted(await pool.fetchval("SELECT owners FROM dirty_batches")) == [before, after]


async def test_a_completion_that_changes_its_organization_is_counted_again_with_both(pool: Pool) -> None:
    before, after = an_id(0x900), an_id(0x901)
    await fold_records(pool, [recorded(stories.a_completion(PERSON, organization=before), 1)])
    await update_contributions(pool)

    await fold_records(pool, [recorded(stories.a_completion(PERSON, organization=after), 2)])

    assert {*await pool.fetchval("SELECT owners FROM dirty_batches")} == {PERSON, before, after}


async def test_a_source_is_read_to_its_end_when_all_its_partitions_are(pool: Pool) -> None:
    early, late = MORNING, MORNING + timedelta(hours=1)
    partitions = [
        ("enrollment.events", 0, early, early),
        ("enrollment.events", 1, late, None),
        ("sessions.events", 0, early, late),
        ("sessions.events", 1, late, early),
        ("media.events", 0, None, None),
    ]
    await pool.executemany(
        """INSERT INTO projection_offsets (projection, topic, partition, next, behind, read_up_to, caught_up_at)
        VALUES ('reporting', $1, $2, 1, false, $3, $4)""",
        partitions,
    )

    assert {topic: (read.read_up_to, read.caught_up_at) for topic, read in (await freshness(pool)).items()} == {
        "enrollment.events": (late, None),
        "sessions.events": (late, early),
    }
