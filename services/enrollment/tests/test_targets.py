"""Targets of indicators: what they can be about, how they are corrected, and what readers are told."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from chassis.runtime.rejections import RejectedError
from services.enrollment.resources import EnrollmentResources
from services.enrollment.targets.baselines import Baseline, check_differences
from services.enrollment.tests.stories import event_bodies
from services.enrollment.tests.test_corrections import changes, form_with
from services.enrollment.tests.test_interface import made
from services.enrollment.tests.test_programmes import a_programme
from tests.support.sites import Site

TARGET = {"indicator": "trained", "value": 120, "district": "060101", "subgroup": "sex:female"}
BASELINE = {"baseline": 35, "baseline_source": "Informe de capacitación 2024, página 12"}


async def a_target(coordinator: httpx.AsyncClient, **changed: Any) -> str:
    """The path of a new target."""
    return f"/targets/{(await made(coordinator, '/api/targets', **TARGET | changed))['target_id']}"


async def test_a_target_is_told_with_its_group_place_and_baseline(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        programme = (await a_programme(coordinator)).rpartition("/")[2]
        here = await a_target(coordinator, programme_id=programme, **BASELINE)
        stored = (await coordinator.get(f"/api{here}")).json()
    [event] = await event_bodies(site.resources, "TargetSet")
    assert (event["dimension"], event["member"], event["district"]) == ("sex", "female", "060101")
    assert (event["baseline"], event["value"], event["status"]) == (35, 120, "in_force")
    assert (stored["programme"], stored["baseline_source"]) == ("PECJA0001", BASELINE["baseline_source"])


@pytest.mark.parametrize(
    ("changed", "field", "status"),
    [
        ({"indicator": "rosa"}, "indicator", 422),
        ({"value": 0}, "value", 422),
        ({"subgroup": "sex:rosa"}, "subgroup", 422),
        ({"subgroup": "sex:not_stated"}, "subgroup", 422),
        ({"first_month": "2025-13"}, "first_month", 422),
        ({"first_month": "2025-12", "last_month": "2025-04"}, "last_month", 422),
        ({"first_month": "2025-04"}, "last_month", 422),
        ({"province": "0601"}, "district", 422),
        ({"indicator": "programme_hours", "subgroup": None}, "district", 422),
        ({"indicator": "programme_hours", "subgroup": None, "district": None, "province": "0601"}, "province", 422),
        ({"subgroup": "mechanism:general"}, "subgroup", 422),
        ({"subgroup": "kind:reel", "indicator": "attended"}, "subgroup", 422),
        ({"baseline": 3}, "baseline_source", 422),
        ({"baseline_source": "Informe 2024"}, "baseline", 422),
        ({"programme_id": "0197a000-0000-7000-8000-00000000ffff"}, "programme_id", 404),
    ],
)
async def test_a_target_that_cannot_be_counted_is_refused_at_its_field(
    site: Site[EnrollmentResources], changed: dict[str, Any], field: str, status: int
) -> None:
    async with site.browser("coordinator") as coordinator:
        answer = await coordinator.post("/api/targets", json=TARGET | changed)
    problem = answer.json()
    told = problem.get("field") or problem["errors"][0]["field"]
    assert (answer.status_code, told) == (status, field), problem


@pytest.mark.parametrize(
    ("months", "baseline", "changed", "status"),
    [
        (("2025-04", "2025-08"), 42, {}, 422),
        (("2025-04", "2025-08"), 30, {}, 422),
        ((None, None), 44, {}, 422),
        (("2025-04", "2025-08"), 45, {}, 201),
        (("2025-04", "2025-08"), 35, {}, 201),
        (("2025-10", "2025-12"), 40, {}, 201),
        (("2025-04", "2025-08"), 40, {"district": "060101"}, 201),
        (("2025-04", "2025-08"), 40, {"indicator": "enrolled"}, 201),
    ],
)
async def test_baselines_of_other_months_tell_nothing_of_few_people_by_subtraction(
    site: Site[EnrollmentResources], months: tuple[str, str], baseline: int, changed: dict[str, Any], status: int
) -> None:
    everywhere = {"district": None, "subgroup": None}
    stated = TARGET | BASELINE | everywhere | dict(zip(("first_month", "last_month"), months, strict=True))
    async with site.browser("coordinator") as coordinator:
        await a_target(coordinator, **BASELINE | everywhere, first_month="2025-04", last_month="2025-09")
        answer = await coordinator.post("/api/targets", json=stated | {"baseline": baseline} | changed)
        other = await a_target(coordinator, **everywhere, first_month="2025-04", last_month="2025-07")
        corrected = TARGET | BASELINE | everywhere | {"first_month": "2025-04", "last_month": "2025-07"}
        correction = corrected | {"baseline": 36, "reason": "baseline_revised"}
        refused = await coordinator.post(f"/api{other}/correct", json=correction)
    assert answer.status_code == status, answer.text
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (
        422,
        "few_by_difference",
        "baseline",
    )


@pytest.mark.parametrize(
    ("indicator", "status"),
    [("organizations_trained", 422), ("attendees", 422), ("visits", 422), ("programme_hours", 201)],
)
async def test_baselines_of_what_is_withheld_are_compared(
    site: Site[EnrollmentResources], indicator: str, status: int
) -> None:
    about = {"indicator": indicator, "district": None, "subgroup": None}
    async with site.browser("coordinator") as coordinator:
        await a_target(coordinator, **BASELINE | about, first_month="2025-04", last_month="2025-09")
        stated = TARGET | BASELINE | about | {"first_month": "2025-04", "last_month": "2025-08", "baseline": 31}
        answer = await coordinator.post("/api/targets", json=stated)
    assert answer.status_code == status, answer.text


def baselines(told: Mapping[str, int]) -> list[Baseline]:
    """From `2022..2023` and a count; `..` is all the time."""
    periods = [(period.split(".."), count) for period, count in told.items()]
    return [
        Baseline(f"{first}-01" if first else None, f"{last}-12" if last else None, count)
        for (first, last), count in periods
    ]


@pytest.mark.parametrize(
    ("told", "is_refused"),
    [
        ({"2022..2025": 70, "2022..2022": 20, "2023..2024": 45}, True),
        ({"2022..2025": 70, "2022..2022": 20, "2023..2024": 40}, False),
        ({"..": 70, "2022..2022": 20, "2023..2024": 45}, True),
        ({"..": 70, "2022..2022": 20, "2024..2024": 45}, True),
        ({"..": 70, "2022..2022": 20, "2024..2024": 30}, False),
        ({"2022..2024": 50, "2023..2026": 40, "2022..2026": 82}, True),
        ({"2022..2023": 30, "2025..2026": 30, "2028..2028": 30, "2022..2028": 95}, True),
        ({"2022..2023": 30, "2025..2026": 30, "2028..2028": 30}, False),
        ({"2022..2025": 12, "2022..2022": 8}, False),
    ],
    ids=[
        "one year is left", "one year had enough", "what is left of all the time", "with a gap between", "enough",
        "what two have in common", "three gaps", "nothing in common", "a small one is withheld",
    ],
)  # fmt: skip
def test_three_baselines_tell_nothing_of_few_together(told: Mapping[str, int], is_refused: bool) -> None:
    """Whichever of them is written last."""
    stated = baselines(told)
    for last in stated:
        others = [one for one in stated if one is not last]
        if is_refused:
            with pytest.raises(RejectedError):
                check_differences(last, others)
        else:
            check_differences(last, others)


def test_what_others_tell_already_holds_no_baseline_back() -> None:
    [stated] = baselines({"2030..2030": 40})
    check_differences(stated, baselines({"2022..2025": 70, "2022..2024": 65}))


async def test_one_target_in_force_is_about_the_same(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        here = await a_target(coordinator)
        again = await coordinator.post("/api/targets", json=TARGET | {"value": 90})
        withdrawn = TARGET | {"status": "withdrawn", "reason": "mistake_found"}
        assert (await coordinator.post(f"/api{here}/correct", json=withdrawn)).status_code == 200
        other = await a_target(coordinator, value=90)
        restored = await coordinator.post(f"/api{here}/correct", json=TARGET | {"reason": "mistake_found"})
        listed = (await coordinator.get("/api/targets?status=in_force")).json()["targets"]
    assert (again.status_code, again.json()["code"]) == (409, "target_exists")
    assert (restored.status_code, restored.json()["code"]) == (409, "target_exists")
    assert [one["target_id"] for one in listed] == [other.rpartition("/")[2]]


async def test_a_target_is_corrected_by_page_with_its_history_beside_it(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        programme = (await a_programme(coordinator)).rpartition("/")[2]
        here = await a_target(coordinator)
        form = await form_with(coordinator, f"{here}/correct", "value")
        assert "Coordinación (demostración)" in (await coordinator.get("/staff", headers={"Accept": "text/html"})).text
        chosen = {"indicator": "trained", "district": "060104", "subgroup": "age_band:15_29", "status": "in_force"}
        sent = form | chosen | BASELINE | {"value": "1500", "programme_id": programme, "reason": "plan_changed"}
        assert (await coordinator.post(f"{here}/correct", data=sent)).status_code == 303
        late = await coordinator.post(f"{here}/correct", data=sent | {"value": "160"})
        told = await changes(coordinator, here)
    assert late.status_code == 412
    assert told == {
        "value": (120, 1500), "district": ("060101", "060104"), "subgroup": ("sex:female", "age_band:15_29"),
        "programme": (None, "PECJA0001"), "baseline": (None, 35),
        "baseline_source": (None, BASELINE["baseline_source"]),
    }  # fmt: skip
    set_first, corrected = await event_bodies(site.resources, "TargetSet")
    assert (corrected["value"], corrected["occurred_at"]) == (1500, set_first["occurred_at"])
    async with site.browser("auditor") as auditor:
        page = (await auditor.get(here)).text
        exported = (await auditor.get("/targets?format=csv")).text
    assert "Edad: 15 a 29" in page and "Sexo: Mujeres" in page and "Se cambió el plan" in page
    assert f"{here}/correct" not in page, "an auditor corrects nothing"
    assert "Distrito de Cospán (Cajamarca)" in exported and "Distrito de Cospán" in page
    assert "1,500" in page and "1500" not in page, "numbers are written as everywhere"
    assert "Coordinación (demostración)" in page and ">coordinator<" not in page, "it is told by name who corrected"
    assert "/targets?indicator=trained" in page


async def test_what_a_target_is_chosen_from_is_told_apart_and_in_order(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator", Accept="text/html") as coordinator:
        page = (await coordinator.get("/targets/new")).text
    assert page.index("San Luis (San Pablo)") < page.index("San Luis de Lucma"), "districts are in the order of names"
    assert "Tipo de contenido: Reel" in page and "Tipo de sesión: Capacitación" in page
