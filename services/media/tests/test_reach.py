"""The tally: any order and any number of repetitions give the same counts; the sketch stays within its bounds."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from datasketches import compact_theta_sketch
from hypothesis import given
from hypothesis import strategies as some

from contracts.media import VisitorClass, VisitRecorded
from services.media.reach.domain import add_people, estimate, tally

NOON = datetime(2025, 5, 12, 17, tzinfo=UTC)


def a_visit(link_id: UUID, digest: str, visitor_class: VisitorClass, occurred_at: datetime = NOON) -> VisitRecorded:
    return VisitRecorded(
        occurred_at=occurred_at,
        visit_id=uuid4(),
        link_id=link_id,
        visitor_class=visitor_class,
        visitor_digest=digest,
    )


def some_digests(count: int, seed: int = 1) -> list[str]:
    source = random.Random(seed)
    return [f"{source.getrandbits(128):032x}" for _ in range(count)]


@given(some.lists(some.tuples(some.integers(0, 30), some.sampled_from(VisitorClass)), max_size=60), some.randoms())
def test_counts_per_class_equal_a_recount_in_any_order(
    opened: list[tuple[int, VisitorClass]], shuffler: random.Random
) -> None:
    link, digests = uuid4(), some_digests(31)
    visits = [a_visit(link, digests[who], visitor_class) for who, visitor_class in opened]
    shuffler.shuffle(visits)

    tallies = tally(visits)

    for visitor_class in VisitorClass:
        counted = sum(counted.visits[visitor_class] for counted in tallies.values())
        assert counted == sum(each is visitor_class for _, each in opened)
    people = {digests[who] for who, visitor_class in opened if visitor_class is VisitorClass.PERSON}
    assert sum(estimate(add_people(None, counted.people)) for counted in tallies.values()) == len(people)


@given(some.lists(some.integers(0, 200), max_size=80), some.integers(0, 80), some.randoms())
def test_up_to_the_sketchs_size_the_count_is_exact_in_parts_and_in_any_order(
    opened: list[int], at: int, shuffler: random.Random
) -> None:
    digests = some_digests(201)
    people = [digests[who] for who in opened]
    whole = add_people(None, people)
    shuffler.shuffle(people)

    in_parts = add_people(add_people(add_people(None, people[:at]), people[at:]), people)

    assert estimate(in_parts) == estimate(whole) == len(set(opened))


def test_up_to_4096_people_the_count_is_exact() -> None:
    people = some_digests(4_096)

    assert estimate(add_people(add_people(None, people[:3_000]), people[2_000:])) == 4_096


@pytest.mark.parametrize("count", [4_000, 20_000, 100_000])
def test_the_distinct_count_lies_within_the_sketchs_bounds(count: int) -> None:
    people = some_digests(count)
    sketch = add_people(None, people[: count // 2])
    sketch = add_people(sketch, people[count // 3 :])

    read = compact_theta_sketch.deserialize(sketch)

    assert read.get_lower_bound(3) <= count <= read.get_upper_bound(3)
    assert estimate(sketch) == pytest.approx(count, rel=0.05)


def test_a_day_is_cajamarcas() -> None:
    link = uuid4()
    before = datetime(2025, 5, 13, 4, 59, tzinfo=UTC)  # 23:59 in Cajamarca
    digest = some_digests(1)[0]

    visits = [a_visit(link, digest, VisitorClass.PERSON, moment) for moment in (before, before + timedelta(minutes=2))]

    assert [str(day) for _, day in tally(visits)] == ["2025-05-12", "2025-05-13"]
