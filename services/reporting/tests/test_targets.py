"""Targets and how far they are reached: exactly for some, and for the public by nothing but what was published."""

from typing import Any

import pytest
from pydantic import ValidationError

from contracts.event import Event, Sex
from contracts.labels import INDICATORS as TARGETED
from contracts.targets import GROUPS, WITHHELD, WITHOUT_PLACES
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.registry import INDICATORS
from services.reporting.indicators.slices import DIMENSIONS
from services.reporting.resources import ReportingResources
from services.reporting.targets.domain import percent_of
from services.reporting.tests import stories
from services.reporting.tests.stories import PROGRAMME, a_target, an_id, enrolled_people
from services.reporting.tests.worker_steps import fold_count_publish
from tests.support.sites import Site

NO_GROUPS = {"programme", "cohort", "month", "province", "district", "campaign"}
"""Dimensions of which no target is for a member as a group."""

OF_THE_PAST = {"trained_before"}
"""What lists state of earlier years: a baseline, which nobody can reach any more."""

PEOPLE: list[Event] = [
    stories.a_programme(),
    stories.a_cohort(),
    *enrolled_people(0, 60),
    *enrolled_people(100, 3, district="060102", sex=Sex.MALE),
    *enrolled_people(200, 40, district="060201", sex=Sex.MALE),
]
BASELINE = {"baseline": 35, "baseline_source": "Informe 2024"}


async def progress(
    site: Site[ReportingResources], target: Event, person: str | None = None, *before: Event
) -> dict[str, Any]:
    """What somebody, or the public, is answered of the only target."""
    await fold_count_publish(site.resources.pool, *PEOPLE, *before, target)
    async with site.browser(*([person] if person else [])) as browser:
        response = await browser.get("/api/targets")
    [found] = response.json()["targets"]
    answer: dict[str, Any] = found
    return answer


def groups_of(indicator: Indicator) -> dict[str, dict[str, str]]:
    dimensions = set(indicator.dimensions) - NO_GROUPS
    return {one: dict(indicator.kinds if one == "kind" else DIMENSIONS[one].labels) for one in dimensions}


def test_a_target_can_be_set_for_every_indicator_that_is_reached_and_by_all_of_its_groups() -> None:
    counted = {one.id: one for one in INDICATORS.values() if not one.bounds and one.id not in OF_THE_PAST}
    assert GROUPS.keys() == TARGETED.keys() == counted.keys()
    for indicator, groups in GROUPS.items():
        assert {name: dict(members) for name, members in groups.items()} == groups_of(counted[indicator]), indicator
    assert {one.id for one in counted.values() if "district" not in one.dimensions} == WITHOUT_PLACES
    assert {one.id for one in counted.values() if one.of_people} == WITHHELD


@pytest.mark.parametrize(
    ("narrowed", "now", "percent"),
    [
        ({}, 103, 51),
        ({"programme_id": PROGRAMME}, 103, 51),
        ({"programme_id": PROGRAMME, "first_month": "2025-05", "last_month": "2025-05"}, 103, 51),
        ({"first_month": "2025-06", "last_month": "2025-12"}, 0, 0),
        ({"district": "060102"}, 3, 1),
        ({"province": "0601", "dimension": "sex", "member": "male"}, 3, 1),
        ({"province": "0602", "dimension": "sex", "member": "female"}, 0, 0),
    ],
)
async def test_a_coordinator_sees_how_far_each_target_is_reached_exactly(
    site: Site[ReportingResources], narrowed: dict[str, Any], now: int, percent: int
) -> None:
    found = await progress(site, a_target(**narrowed, **BASELINE), "coordinator")
    assert (found["now"], found["percent"], found["status"]) == (now, percent, "published")
    assert (found["baseline"], found["baseline_status"]) == (35, "published")


@pytest.mark.parametrize(
    ("narrowed", "now", "status", "baseline"),
    [
        ({}, 103, "published", 35),
        ({"baseline": 9}, 103, "published", None),
        ({"district": "060101"}, None, "suppressed", None),
        ({"district": "060102"}, None, "suppressed", None),
        ({"district": "060201"}, 40, "published", None),
        ({"dimension": "sex", "member": "male"}, 43, "published", None),
        ({"programme_id": PROGRAMME}, 103, "published", 35),
        ({"programme_id": PROGRAMME, "first_month": "2025-05", "last_month": "2025-05"}, None, "not_published", None),
        ({"district": "060201", "dimension": "sex", "member": "male"}, None, "not_published", None),
        ({"indicator": "programme_content", "baseline": 3}, 0, "published", 3),
    ],
)
async def test_the_public_sees_what_was_published_of_a_target_and_nothing_else(
    site: Site[ReportingResources], narrowed: dict[str, Any], now: int | None, status: str, baseline: int | None
) -> None:
    found = await progress(site, a_target(**BASELINE | narrowed))
    assert (found["now"], found["status"], found["baseline"]) == (now, status, baseline)
    assert found["percent"] == (None if now is None else now * 100 // 200)
    assert found["value"] == 200
    assert (found["baseline_source"] is None) == (baseline is None), "a source may tell the number"


async def test_a_target_of_what_nobody_counted_yet_says_no_data(site: Site[ReportingResources]) -> None:
    async with site.browser() as browser:
        assert (await browser.get("/api/targets")).json() == {"next": None, "targets": []}
        assert "Todavía no hay ninguna meta." in (await browser.get("/targets")).text


async def test_the_public_is_not_sent_targets_again_that_stayed_as_they_were(site: Site[ReportingResources]) -> None:
    await progress(site, a_target(indicator="visits"))
    async with site.browser() as browser:
        seen = {"If-None-Match": (await browser.get("/api/targets")).headers["etag"]}
        await fold_count_publish(site.resources.pool)
        again = await browser.get("/api/targets", headers=seen)
        await fold_count_publish(site.resources.pool, a_target(target_id=an_id(91)))
        changed = await browser.get("/api/targets", headers=seen)
    assert (again.status_code, changed.status_code) == (304, 200)


async def test_a_withdrawn_target_is_not_listed(site: Site[ReportingResources]) -> None:
    target = a_target(target_id=an_id(91), status="withdrawn", value=77)
    assert (await progress(site, a_target(), None, target))["value"] == 200


async def test_the_page_and_its_file_say_the_same(site: Site[ReportingResources]) -> None:
    withheld = a_target(target_id=an_id(91), district="060102", **BASELINE)
    await fold_count_publish(site.resources.pool, *PEOPLE, withheld, a_target(programme_id=PROGRAMME, **BASELINE))
    async with site.browser(Accept="text/html") as anybody, site.browser("auditor", Accept="text/html") as auditor:
        public, exact = [(await one.get("/targets")).text for one in (anybody, auditor)]
        file = (await anybody.get("/targets?format=csv")).text
        narrowed = (await anybody.get("/targets?indicator=trained")).text
    assert "Participación ciudadana" in public and "Asunción (Cajamarca)" in public
    assert 'value="103"' in public and 'value="3"' not in public
    assert 'value="3"' in exact and "solo para su rol" in exact
    assert '"Distrito de Asunción (Cajamarca)","Sin distinguir grupos","","","Reservada",200,"","","Reservada"' in file
    assert '"Informe 2024","Publicada",200,103,51,"Publicada"' in file
    assert "Participación ciudadana" not in narrowed


async def test_reads_of_exact_figures_are_kept_and_those_of_the_public_are_not(
    site: Site[ReportingResources],
) -> None:
    entries = "SELECT count(*) FROM audit_trail WHERE action LIKE '%list_progress%' OR action LIKE '%targets%'"
    await progress(site, a_target())
    assert await site.resources.pool.fetchval(entries) == 0
    async with site.browser("auditor") as auditor:
        await auditor.get("/api/targets")
    assert await site.resources.pool.fetchval(entries) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"indicator": "first_party_reach"},
        {"indicator": "programme_hours", "district": "060101"},
        {"dimension": "mechanism", "member": "general"},
        {"dimension": "sex", "member": "rosa"},
        {"district": "069999"},
        {"province": "0699"},
        {"value": 2**31},
    ],
)
def test_a_target_of_what_is_not_counted_is_quarantined(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        a_target(**wrong)


@pytest.mark.parametrize(("value", "percent"), [(None, None), (0, 0), (199, 99), (200, 100), (250, 125)])
def test_a_target_is_reached_when_all_of_it_is(value: int | None, percent: int | None) -> None:
    assert percent_of(value, 200) == percent
