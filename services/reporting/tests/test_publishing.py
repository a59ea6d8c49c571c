"""The publisher: what is public follows the cells, through the gate, change by change."""

from chassis.store.database import Pool, Row
from contracts.event import Sex
from contracts.territory import districts
from services.reporting.publishing import publisher
from services.reporting.tests import stories
from services.reporting.tests.stories import COHORT, PROGRAMME, an_id, enrolled_people
from services.reporting.tests.worker_steps import fold_count_publish, fold_events, publish, update_contributions


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
    await fold_count_publish(pool, *enrolled_people(0, 20))
    before = len(await changes(pool))
    await publish(pool)
    assert len(await changes(pool)) == before
    await fold_count_publish(pool, *enrolled_people(50, 1))
    changed = (await changes(pool))[before:]
    assert {(row["dimension"], row["value"]) for row in changed if row["indicator"] == "enrolled"} == {
        (dimension, 21)
        for dimension in (
            "total", "programme", "cohort", "province", "district", "month", "sex", "age_band",
            "mother_tongue", "ethnicity", "organization_type",
        )
    }  # fmt: skip
    assert {row["indicator"] for row in changed} == {"enrolled"}


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
    await fold_count_publish(pool, stories.a_programme(), stories.a_cohort(), *enrolled_people(0, 3, district="060102"))
    await pool.execute("UPDATE published SET value = 3, status = 'published' WHERE member = '060102'")
    await publish(pool)
    assert (await public(pool, "enrolled", "district"))["060102"] == (3, "published")

    await publisher.mark_all_stale(pool)
    await publish(pool)

    assert (await public(pool, "enrolled", "district"))["060102"] == (None, "suppressed")
