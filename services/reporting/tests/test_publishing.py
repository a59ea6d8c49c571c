"""The publisher: what is public follows the cells, through the gate, change by change."""

from datetime import date

from chassis.store.database import Pool, Row
from contracts.enrollment import EnrollmentAccepted
from contracts.event import Sex
from contracts.territory import districts
from services.reporting.publishing import publisher
from services.reporting.tests import stories
from services.reporting.tests.stories import COHORT, PROGRAMME, an_id, enrolled_people, recorded
from services.reporting.tests.worker_steps import (
    fold_count_publish,
    fold_events,
    fold_records,
    publish,
    update_contributions,
)


async def public(pool: Pool, indicator: str, dimension: str) -> dict[str, tuple[int | None, str]]:
    rows = await pool.fetch("SELECT * FROM published WHERE indicator = $1 AND dimension = $2", indicator, dimension)
    return {row["member"]: (row["value"], row["status"]) for row in rows}


async def changes(pool: Pool) -> list[Row]:
    return list(await pool.fetch("SELECT * FROM changes ORDER BY sequence"))


async def test_nothing_is_published_before_a_source_was_read(pool: Pool) -> None:
    await fold_events(pool, *enrolled_people(0, 12))
    await update_contributions(pool)
    await publish(pool)
    assert await changes(pool) == []


async def test_without_facts_zeros_are_published(pool: Pool) -> None:
    await fold_count_publish(pool)
    assert await public(pool, "enrolled", "total") == {"total": (0, "published")}
    assert set((await public(pool, "enrolled", "district")).values()) == {(0, "published")}


async def test_lists_are_complete_and_small_counts_are_withheld(pool: Pool) -> None:
    await fold_count_publish(
        pool,
        stories.a_programme(),
        stories.a_cohort(),
        *enrolled_people(0, 12),
        *enrolled_people(20, 3, district="060102"),
        *enrolled_people(40, 30, district="060201", sex=Sex.MALE),
    )
    assert await public(pool, "enrolled", "total") == {"total": (45, "published")}
    by_district = await public(pool, "enrolled", "district")
    assert by_district.keys() == districts().keys()
    assert by_district["060102"] == by_district["060101"] == (None, "suppressed")
    assert by_district["060201"] == (30, "published")
    assert by_district["060301"] == (0, "published")
    assert await public(pool, "enrolled", "sex") == {
        "female": (15, "published"),
        "male": (30, "published"),
        "other": (0, "published"),
        "not_stated": (0, "published"),
    }
    assert await public(pool, "enrolled", "programme") == {str(PROGRAMME): (45, "published")}
    assert await public(pool, "enrolled", "cohort") == {str(COHORT): (45, "published")}


async def test_a_cohort_is_listed_from_the_moment_it_is_known(pool: Pool) -> None:
    await fold_count_publish(pool)
    await fold_count_publish(pool, stories.a_cohort())
    assert await public(pool, "enrolled", "cohort") == {str(COHORT): (0, "published")}


async def test_only_what_changed_is_a_change(pool: Pool) -> None:
    await fold_count_publish(pool, *enrolled_people(0, 20), *enrolled_people(100, 20, sex=Sex.MALE))
    before = len(await changes(pool))
    await publish(pool)
    assert len(await changes(pool)) == before
    await fold_count_publish(pool, *enrolled_people(50, 1))
    later = [(one["indicator"], one["dimension"], one["value"]) for one in (await changes(pool))[before:]]
    assert later == [("enrolled", "total", 41)]


async def test_a_breakdown_moves_when_ten_people_changed_in_each_figure(pool: Pool) -> None:
    await fold_count_publish(pool, *enrolled_people(0, 20), *enrolled_people(100, 20, sex=Sex.MALE))
    await fold_count_publish(pool, *enrolled_people(200, 30), *enrolled_people(300, 9, sex=Sex.MALE))
    by_sex = await public(pool, "enrolled", "sex")
    assert (by_sex["female"], by_sex["male"]) == ((20, "published"), (20, "published"))
    await fold_count_publish(pool, *enrolled_people(400, 10, sex=Sex.MALE))
    by_sex = await public(pool, "enrolled", "sex")
    assert (by_sex["female"], by_sex["male"]) == ((50, "published"), (39, "published"))
    assert await public(pool, "enrolled", "total") == {"total": (89, "published")}


async def test_what_waits_is_kept_and_a_change_that_was_undone_does_not_wait(pool: Pool) -> None:
    await fold_count_publish(pool, *enrolled_people(0, 20), *enrolled_people(100, 20, sex=Sex.MALE))
    someone = enrolled_people(200, 1)
    await fold_count_publish(pool, *someone)
    waiting = "SELECT count(DISTINCT owner) FROM unpublished_changes WHERE dimension = 'sex'"
    assert await pool.fetchval(waiting) == 1
    withdrawn = [recorded(stories.withdrawn(one), 2) for one in someone if isinstance(one, EnrollmentAccepted)]
    await fold_records(pool, withdrawn)
    await update_contributions(pool)
    await publish(pool)
    assert await pool.fetchval(waiting) == 0


async def test_public_figures_are_the_sum_of_what_is_counted_less_what_waits(pool: Pool) -> None:
    await fold_count_publish(
        pool, *enrolled_people(0, 40), *enrolled_people(100, 35, sex=Sex.MALE), *enrolled_people(200, 6, sex=Sex.OTHER)
    )
    await fold_count_publish(pool, *enrolled_people(300, 14), *enrolled_people(400, 3, sex=Sex.OTHER))
    rows = await pool.fetch(
        """SELECT p.value, m.n - coalesce((SELECT sum(difference) FROM unpublished_changes
            WHERE (indicator, dimension, member) = (p.indicator, p.dimension, p.member)), 0) AS n
        FROM published p JOIN margins m ON (measure, m.dimension, m.member) = (indicator, p.dimension, p.member)
        WHERE indicator = 'enrolled' AND p.dimension <> 'total' AND status = 'published'"""
    )
    assert rows
    assert all(row["value"] == row["n"] for row in rows)


async def test_every_change_is_an_event_of_the_topic(pool: Pool) -> None:
    await fold_count_publish(pool, *enrolled_people(0, 20), *enrolled_people(50, 4, sex=Sex.MALE))
    events = await pool.fetch("SELECT * FROM outbox WHERE aggregatetype = 'reporting.outcomes'")
    assert len(events) == len(await changes(pool))
    by_cell = {row["aggregateid"]: row for row in events}
    assert '"value":24' in by_cell["enrolled/all/total/total"]["payload"]
    assert '"status":"suppressed"' in by_cell["enrolled/all/sex/male"]["payload"]
    assert '"value":null' in by_cell["enrolled/all/sex/male"]["payload"]


async def test_modules_are_no_people_and_are_shown_however_few(pool: Pool) -> None:
    await fold_count_publish(pool, stories.a_module(an_id(0x20)))
    assert await public(pool, "programme_content", "total") == {"total": (1, "published")}
    assert (await public(pool, "programme_hours", "mechanism"))["participatory_budget"] == (8, "published")


async def test_a_worker_that_starts_corrects_figures_that_another_gate_let_through(pool: Pool) -> None:
    await fold_count_publish(pool, stories.a_day_of_reach(1, date(2025, 5, 12), range(4), district="060102"))
    await pool.execute("UPDATE published SET value = 4, status = 'published' WHERE member = '060102'")
    await publish(pool)
    assert (await public(pool, "visits", "district"))["060102"] == (4, "published")

    await publisher.mark_all_stale(pool)
    await publish(pool)

    assert (await public(pool, "visits", "district"))["060102"] == (None, "suppressed")
