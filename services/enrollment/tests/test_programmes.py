"""Programmes and their modules: what they teach, and what a cohort's plan needs of them."""

from typing import Any

import pytest

from services.enrollment.resources import EnrollmentResources
from services.enrollment.tests.test_interface import made
from tests.support.sites import Site

HTML = {"Accept": "text/html", "Origin": "http://localhost:8000"}
PROGRAMME = {"code": "PECJA0001", "title": "Capacitación", "starts_on": "2025-04-01", "ends_on": "2025-12-31"}
MODULE = {"title": "Presupuesto", "mechanism": "participatory_budget", "hours": 8}


async def announced(site: Site[EnrollmentResources], name: str) -> list[dict[str, Any]]:
    """The bodies of the events of one name, in order."""
    rows = await site.resources.pool.fetch(
        "SELECT payload::jsonb AS body FROM outbox WHERE type LIKE $1 ORDER BY id", f"%.{name}.%"
    )
    return [row["body"] for row in rows]


async def test_a_module_says_what_is_learned_and_how_many_sessions_a_plan_has_of_it(
    site: Site[EnrollmentResources],
) -> None:
    form = {
        **{name: str(value) for name, value in MODULE.items()},
        "edition": "1",
        "languages": "es",
        "required_sessions": "2",
        "learning_outcomes": "Explica los pasos.\r\n\r\n  Prepara una idea. ",
    }
    async with site.browser("coordinator") as coordinator:
        programme = await made(coordinator, "/api/programmes", **PROGRAMME)
        here = f"/programmes/{programme['programme_id']}"
        sent = await coordinator.post(f"{here}/modules", data=form, headers=HTML)
        assert sent.status_code == 303, sent.text
        page = (await coordinator.get(here, headers=HTML)).text
        [module] = (await coordinator.get(f"/api{here}")).json()["modules"]

    assert "<li>Prepara una idea.</li>" in page
    assert (module["required_sessions"], len(module["learning_outcomes"])) == (2, 2)
    [event] = await announced(site, "ModulePublished")
    assert event["learning_outcomes"] == ["Explica los pasos.", "Prepara una idea."]
    assert event["required_sessions"] == 2


@pytest.mark.parametrize(("sessions", "status"), [(-1, 422), (0, 201), (50, 201), (51, 422)])
async def test_a_plan_has_none_to_fifty_sessions_of_a_module(
    site: Site[EnrollmentResources], sessions: int, status: int
) -> None:
    async with site.browser("coordinator") as coordinator:
        programme = await made(coordinator, "/api/programmes", **PROGRAMME)
        path = f"/api/programmes/{programme['programme_id']}/modules"
        answer = await coordinator.post(path, json=MODULE | {"required_sessions": sessions})
    assert answer.status_code == status
