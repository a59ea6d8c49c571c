"""Programmes and their modules: what they teach, how they are corrected, and what was there before."""

from datetime import date
from typing import Any

import httpx
import pytest

from services.enrollment.programmes.domain import a_year_later, code_for_year
from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.stories import event_bodies
from services.enrollment.tests.test_interface import made
from tests.support.sites import Site

HTML = {"Accept": "text/html", "Origin": "http://localhost:8000"}
PROGRAMME = {"code": "PECJA0001", "title": "Capacitación", "starts_on": "2025-04-01", "ends_on": "2025-12-31"}
MODULE = {"title": "Presupuesto", "mechanism": "participatory_budget", "hours": 8}
MODULE_FORM = {
    **{name: str(value) for name, value in MODULE.items()},
    "edition": "1",
    "languages": "es",
    "required_sessions": "2",
    "learning_outcomes": "Explica los pasos.\r\n\r\n  Prepara una idea. ",
}
MISTAKE = {"reason": "mistake_found"}


async def a_programme(coordinator: httpx.AsyncClient, **changed: Any) -> str:
    """The path of a new programme, without its module."""
    return f"/programmes/{(await made(coordinator, '/api/programmes', **PROGRAMME | changed))['programme_id']}"


async def a_module(coordinator: httpx.AsyncClient, programme: str, **changed: Any) -> str:
    """The path of a new module."""
    module = await made(coordinator, f"/api{programme}/modules", **MODULE | changed)
    return f"{programme}/modules/{module['module_id']}"


async def test_a_module_says_what_is_learned_and_how_many_sessions_a_plan_has_of_it(
    site: Site[EnrollmentResources],
) -> None:
    async with site.browser("coordinator") as coordinator:
        here = await a_programme(coordinator)
        sent = await coordinator.post(f"{here}/modules", data=MODULE_FORM, headers=HTML)
        assert sent.status_code == 303, sent.text
        page = (await coordinator.get(here, headers=HTML)).text
        [module] = (await coordinator.get(f"/api{here}")).json()["modules"]

    assert "<li>Prepara una idea.</li>" in page
    assert (module["required_sessions"], len(module["learning_outcomes"])) == (2, 2)
    [event] = await event_bodies(site.resources, "ModulePublished")
    assert event["learning_outcomes"] == ["Explica los pasos.", "Prepara una idea."]
    assert event["required_sessions"] == 2


@pytest.mark.parametrize(("sessions", "status"), [(-1, 422), (0, 201), (50, 201), (51, 422)])
async def test_a_plan_has_none_to_fifty_sessions_of_a_module(
    site: Site[EnrollmentResources], sessions: int, status: int
) -> None:
    async with site.browser("coordinator") as coordinator:
        path = f"/api{await a_programme(coordinator)}/modules"
        answer = await coordinator.post(path, json=MODULE | {"required_sessions": sessions})
    assert answer.status_code == status


async def test_a_corrected_programme_is_announced_on_both_topics_as_of_its_publication(
    site: Site[EnrollmentResources],
) -> None:
    corrected = PROGRAMME | {"title": "Capacitación ciudadana", "ends_on": "2026-01-31", **MISTAKE}
    async with site.browser("coordinator") as coordinator:
        here = f"/api{await a_programme(coordinator)}"
        await site.resources.pool.execute("UPDATE programmes SET recorded_at = '2025-04-15T15:00:00Z'")
        for _ in range(2):
            await made(coordinator, f"{here}/correct", **corrected)
        changes = (await coordinator.get(f"{here}/changes")).json()["changes"]

    for name in ("ProgrammePublished", "ProgrammeAnnounced"):
        events = await event_bodies(site.resources, name)
        assert [(one["title"], one["ends_on"]) for one in events] == [
            ("Capacitación", "2025-12-31"),
            ("Capacitación ciudadana", "2026-01-31"),
        ]
        assert events[-1]["occurred_at"] == "2025-04-15T15:00:00Z"
    found = {change["field"]: (change["former"], change["corrected"]) for change in changes}
    assert found == {
        "title": ("Capacitación", "Capacitación ciudadana"),
        "ends_on": ("2025-12-31", "2026-01-31"),
    }
    assert {(change["reason"], change["changed_by"], change["module"]) for change in changes} == {
        ("mistake_found", "coordinator", None)
    }


async def test_a_corrected_module_is_counted_in_the_month_of_its_publication(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        module = f"/api{await a_module(coordinator, await a_programme(coordinator))}"
        await site.resources.pool.execute("UPDATE modules SET recorded_at = '2025-04-15T15:00:00Z'")
        await made(coordinator, f"{module}/correct", **MODULE | MISTAKE | {"hours": 6, "languages": ["es", "qu"]})
        stored = (await coordinator.get(module)).json()

    _, event = await event_bodies(site.resources, "ModulePublished")
    assert (event["hours"], event["languages"], event["occurred_at"]) == (6, ["es", "qu"], "2025-04-15T15:00:00Z")
    assert (stored["hours"], stored["languages"]) == (6, ["es", "qu"])


async def test_nobody_overwrites_what_somebody_else_corrected(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        programme = await a_programme(coordinator)
        for path, body in ((programme, PROGRAMME), (await a_module(coordinator, programme), MODULE)):
            version = {"If-Match": (await coordinator.get(f"/api{path}")).headers["etag"]}
            form = (await coordinator.get(f"{path}/correct", headers=HTML)).text
            assert version["If-Match"].strip('"') in form.partition('name="if_match"')[2][:40]
            answers = [
                await coordinator.post(f"/api{path}/correct", json=body | MISTAKE | {"title": title}, headers=version)
                for title in ("Una persona", "Otra persona")
            ]
            assert [answer.status_code for answer in answers] == [200, 412]


async def test_a_programme_lasts_as_long_as_its_cohorts(site: Site[EnrollmentResources]) -> None:
    days = {"starts_on": "2025-05-01", "ends_on": "2025-11-30"}
    async with site.browser("coordinator") as coordinator:
        here = f"/api{await a_programme(coordinator)}"
        await made(
            coordinator, "/api/cohorts", programme_id=here.rpartition("/")[2], name="Jaén", province="0608", capacity=9,
            **days,
        )  # fmt: skip
        late = await coordinator.post(f"{here}/correct", json=PROGRAMME | MISTAKE | {"starts_on": "2025-05-02"})
        short = await coordinator.post(f"{here}/correct", json=PROGRAMME | MISTAKE | {"ends_on": "2025-11-29"})
        exact = await coordinator.post(f"{here}/correct", json=PROGRAMME | MISTAKE | days)

    assert [(one.status_code, one.json().get("field")) for one in (late, short)] == [
        (409, "starts_on"),
        (409, "ends_on"),
    ]
    assert "del 01/05/2025 al 30/11/2025" in late.json()["detail"]
    assert exact.status_code == 200


async def test_what_is_taken_is_said_at_its_field(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        programme, other = await a_programme(coordinator), await a_programme(coordinator, code="OTRO-1")
        module = await a_module(coordinator, programme)
        await a_module(coordinator, programme, title="Audiencias")
        taken = [
            await coordinator.post(f"/api{other}/correct", json=PROGRAMME | MISTAKE),
            await coordinator.post(f"/api{module}/correct", json=MODULE | MISTAKE | {"title": "Audiencias"}),
        ]
        elsewhere = await coordinator.post(
            f"/api{other}/modules/{module.rpartition('/')[2]}/correct", json=MODULE | MISTAKE
        )

    assert [(one.status_code, one.json().get("code")) for one in taken] == [(409, "code_taken"), (409, "module_exists")]
    assert (elsewhere.status_code, elsewhere.json().get("code")) == (404, "module_unknown")


async def test_the_pages_correct_and_show_what_was_there_before(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator, site.browser("auditor") as auditor:
        programme = await a_programme(coordinator)
        module = await a_module(coordinator, programme, learning_outcomes=["Explica los pasos."])
        form = (await coordinator.get(f"{module}/correct", headers=HTML)).text
        assert "Explica los pasos.</textarea>" in form
        mistaken = await coordinator.post(f"{module}/correct", data=MODULE_FORM | {"hours": "0"}, headers=HTML)
        assert (mistaken.status_code, 'href="#hours"' in mistaken.text) == (422, True)
        sent = await coordinator.post(
            f"{module}/correct", data=MODULE_FORM | MISTAKE | {"languages": ["es", "qu"]}, headers=HTML
        )
        dates = await coordinator.post(
            f"{programme}/correct", data=PROGRAMME | MISTAKE | {"ends_on": "2026-01-31"}, headers=HTML
        )
        assert (sent.status_code, dates.status_code) == (303, 303)
        page = (await auditor.get(programme, headers=HTML)).text

    history = page.partition("Correcciones</h2>")[2]
    for shown in ("Castellano, Quechua", "31/01/2026", "Explica los pasos.; Prepara una idea.", "encontró un error"):
        assert shown in history
    assert "/correct" not in page, "who may not correct has no link to it"


async def test_a_programme_is_copied_for_the_next_year_with_its_modules(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        programme = await a_programme(coordinator)
        for title in ("Presupuesto", "Audiencias"):
            await a_module(coordinator, programme, title=title, required_sessions=2)
        form = (await coordinator.get(f"{programme}/copy", headers=HTML)).text
        for proposed in ('value="PECJA0001-2026"', 'value="2026-04-01"', 'value="2026-12-31"', "2 módulos"):
            assert proposed in form
        copy = {"code": "PECJA0001-2026", "title": "Capacitación", "starts_on": "2026-04-01", "ends_on": "2026-12-31"}
        sent = await coordinator.post(f"{programme}/copy", data=copy, headers=HTML)
        taken = await coordinator.post(f"{programme}/copy", data=copy, headers=HTML)
        copied = (await coordinator.get(f"/api{sent.headers['location'].removeprefix('/enrollment')}")).json()

    assert (taken.status_code, 'href="#code"' in taken.text) == (409, True)
    assert copied["copied_from"] == programme.rpartition("/")[2]
    assert [(one["title"], one["required_sessions"]) for one in copied["modules"]] == [
        ("Presupuesto", 2),
        ("Audiencias", 2),
    ]
    events = await event_bodies(site.resources, "ModulePublished")
    assert len({event["module_id"] for event in events}) == 4
    _, published = await event_bodies(site.resources, "ProgrammePublished")
    assert published["copied_from"] == copied["copied_from"]


async def test_the_same_copy_twice_is_one_and_its_modules_are_corrected_apart(site: Site[EnrollmentResources]) -> None:
    async with site.browser("coordinator") as coordinator:
        programme = await a_programme(coordinator)
        await a_module(coordinator, programme)
        copy = PROGRAMME | {"code": "OTRO-1", "programme_id": "0197a000-0000-7000-8000-00000000c0de"}
        for _ in range(2):
            await made(coordinator, f"/api{programme}/copy", **copy)
        here = f"/api/programmes/{copy['programme_id']}"
        [module] = (await coordinator.get(here)).json()["modules"]
        await made(coordinator, f"{here}/modules/{module['module_id']}/correct", **MODULE | MISTAKE | {"hours": 6})
        hours = [(await coordinator.get(path)).json()["modules"][0]["hours"] for path in (f"/api{programme}", here)]

    assert hours == [8, 6]


def test_a_leap_day_is_the_28th_a_year_later() -> None:
    assert (a_year_later(date(2028, 2, 29)), a_year_later(date(2025, 4, 1))) == (date(2029, 2, 28), date(2026, 4, 1))


@pytest.mark.parametrize(
    ("code", "proposed"),
    [("ABC", "ABC-2026"), ("ABC-2025", "ABC-2026"), ("A" * 20, "A" * 15 + "-2026")],
)
def test_the_code_of_a_copy_has_its_year(code: str, proposed: str) -> None:
    assert code_for_year(code, 2026) == proposed
