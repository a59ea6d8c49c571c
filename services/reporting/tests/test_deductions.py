"""What merged people count twice is deducted from the public figures for ten of them at once."""

from collections.abc import Iterable
from uuid import UUID

from chassis.runtime.jobs import Job
from chassis.store.database import Pool
from contracts.event import Event
from services.reporting.counting.contribution_codec import decode, encode
from services.reporting.counting.domain import contributions, deduction
from services.reporting.publishing.deductions import ChangedDeduction, publishable
from services.reporting.publishing.jobs import deduct
from services.reporting.resources import ReportingResources
from services.reporting.tests import stories
from services.reporting.tests.stories import an_id, enrolled_people, recorded
from services.reporting.tests.test_publishing import public
from services.reporting.tests.worker_steps import fold_count_publish, fold_records, publish, update_contributions
from tests.support.sites import Site

ENOUGH = 10


def a_changed_deduction(number: int, *facts: Event) -> ChangedDeduction:
    """Two records of a person, each with these facts."""
    once = contributions(facts)
    return ChangedDeduction(an_id(number), encode(deduction(once, [once, once])), "[]")


def enrolled(number: int) -> ChangedDeduction:
    person = an_id(number)
    return a_changed_deduction(number, stories.a_consent(person), stories.an_enrollment(person))


def enrolled_and_attended(number: int) -> ChangedDeduction:
    person = an_id(number)
    return a_changed_deduction(
        number,
        stories.a_consent(person),
        stories.an_enrollment(person),
        stories.an_attendance(person, an_id(0x30)),
    )


def test_ten_people_are_deducted_at_once_and_nine_are_not() -> None:
    assert publishable([enrolled(number) for number in range(ENOUGH - 1)]) == []
    assert len(publishable([enrolled(number) for number in range(ENOUGH)])) == ENOUGH


def test_each_indicator_needs_ten() -> None:
    changed = [enrolled(number) for number in range(ENOUGH - 1)] + [enrolled_and_attended(ENOUGH)]
    published = publishable(changed)
    assert {cell.measure for one in published for cell in decode(one.added)} == {"enrolled"}
    later = [ChangedDeduction(one.owner, one.added, published[number].added) for number, one in enumerate(changed)]
    assert publishable(later) == []


def merges(numbers: Iterable[int]) -> list[Event]:
    """People 1000 and up turn out to be people 0 and up."""
    return [stories.a_merge(an_id(0x1000 + 1000 + number), an_id(0x1000 + number)) for number in numbers]


async def look(site: Site[ReportingResources]) -> int | None:
    """The public total after the weekly look."""
    await deduct(site.resources, Job(UUID(int=1), "publishing.deduct", {}, 1))
    await publish(site.resources.pool)
    return await total(site.resources.pool)


async def total(pool: Pool) -> int | None:
    return (await public(pool, "enrolled", "total"))["total"][0]


async def test_the_total_follows_when_ten_were_merged_and_when_ten_were_not(site: Site[ReportingResources]) -> None:
    pool = site.resources.pool
    await fold_count_publish(pool, *enrolled_people(0, 30), *enrolled_people(1000, 20), *merges(range(9)))
    assert await look(site) == 50
    await fold_count_publish(pool, *merges(range(9, 12)))
    assert await total(pool) == 50
    assert await look(site) == 38
    apart = [stories.a_merge(an_id(0x1000 + 1000 + number), an_id(0x1000 + 1000 + number)) for number in range(12)]
    await fold_records(pool, [recorded(one, 2) for one in apart])
    await update_contributions(pool)
    await publish(pool)
    assert await total(pool) == 38
    assert await look(site) == 50


async def test_the_lists_follow_when_people_of_two_places_were_merged(site: Site[ReportingResources]) -> None:
    pool = site.resources.pool
    of_two_provinces = [
        event
        for first, district in ((0, "060101"), (100, "060201"))
        for apart in (0, 1000)
        for event in enrolled_people(first + apart, 25, district=district)
    ]
    await fold_count_publish(pool, stories.a_programme(), stories.a_cohort(), *of_two_provinces)
    await fold_count_publish(pool, *merges([*range(20), *range(100, 115)]))
    provinces = await public(pool, "enrolled", "province")
    assert (provinces["0601"], provinces["0602"]) == ((50, "published"), (50, "published"))
    assert await look(site) == 65
    provinces = await public(pool, "enrolled", "province")
    assert (provinces["0601"], provinces["0602"]) == ((30, "published"), (35, "published"))


async def test_nine_merged_people_move_no_list_with_the_changes_of_others(site: Site[ReportingResources]) -> None:
    pool = site.resources.pool
    known_twice = [event for apart in (0, 1000) for event in enrolled_people(apart, 20, district="060101")]
    await fold_count_publish(pool, stories.a_programme(), stories.a_cohort(), *known_twice)
    await fold_count_publish(pool, *merges(range(9)), *enrolled_people(100, 10, district="060101"))

    assert (await public(pool, "enrolled", "province"))["0601"] == (50, "published")
