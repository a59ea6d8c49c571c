"""What a citizen reads of a programme before enrolling: on an old phone, without scripts, in both languages."""

from uuid import uuid4

import pytest
from playwright.async_api import Browser, expect

from tests.support.trials import Trial
from tests.support.visitors import NARROW, WIDE, visiting

FIRST_VIEW = 60_000
"""Bytes over the wire."""

OUTCOME = "Explica en la reunión qué se decide"


@pytest.mark.parametrize(("size", "scripts"), [(WIDE, True), (NARROW, True), (NARROW, False)])
async def test_a_citizen_finds_a_cohort_and_the_syllabus(
    chromium: Browser, trial: Trial, size: tuple[int, int], scripts: bool
) -> None:
    title = a_programme(trial)
    async with visiting(chromium, trial, size=size, scripts=scripts) as citizen:
        await citizen.follow("Capacitaciones")
        await citizen.looks()
        await citizen.forget()
        await citizen.follow(title)
        for told in (OUTCOME, "Cómo inscribirse", "12 horas"):
            await citizen.reads(told)
        await expect(citizen.page.locator("#open_cohorts .badge")).to_have_text("Hay vacantes")
        assert await citizen.transferred() <= FIRST_VIEW
        await expect(citizen.page.locator("[aria-current=page]")).to_have_text(["Capacitaciones"])
        await citizen.looks("public-programme" if size == WIDE else None)
        syllabus = citizen.page.get_by_role("link", name="Sílabo para imprimir (PDF)")
        answer = trial.get(await syllabus.get_attribute("href") or "")
        assert answer.content.startswith(b"%PDF-")
        await citizen.follow("English")
        await citizen.reads("How to enroll")
        await citizen.looks()


def a_programme(trial: Trial) -> str:
    """The title of a programme with a module and an open cohort."""
    days = {"starts_on": "2099-04-01", "ends_on": "2099-12-30"}  # the newest programme is the first of the list
    code = f"P-{uuid4().hex[:12].upper()}"
    title = f"Participación ciudadana {code[-4:]}"
    programme = trial.make("/enrollment/api/programmes", {"code": code, "title": title, **days})["programme_id"]
    module = {
        "title": "Del taller al presupuesto",
        "mechanism": "participatory_budget",
        "hours": 12,
        "learning_outcomes": [OUTCOME],
    }
    trial.make(f"/enrollment/api/programmes/{programme}/modules", module)
    cohort = {"programme_id": programme, "name": "San Bernardino", "province": "0612", "capacity": 30, **days}
    trial.make("/enrollment/api/cohorts", cohort)
    return title
