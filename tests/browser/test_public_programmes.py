"""What a citizen reads of a programme before enrolling: on an old phone, without scripts, in both languages."""

from uuid import uuid4

import pytest
from playwright.async_api import Browser, expect

from tests.support.trials import Trial
from tests.support.visitors import NARROW, WIDE, visiting
from tests.support.waiting import wait_until

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


@pytest.mark.parametrize(("size", "scripts"), [(WIDE, True), (NARROW, False)])
async def test_a_citizen_finds_what_takes_place_in_a_district(
    chromium: Browser, trial: Trial, size: tuple[int, int], scripts: bool
) -> None:
    title = await a_session(trial)
    async with visiting(chromium, trial, "/enrollment/public/programmes", size=size, scripts=scripts) as citizen:
        await citizen.follow("Próximas sesiones cerca de usted")
        await citizen.fill(Su_distrito="Celendín (Celendín)")
        await citizen.press("Ver sus sesiones")
        await expect(citizen.page.get_by_text(title)).to_have_count(0)
        await citizen.fill(Su_distrito="Chota (Chota)")
        await citizen.press("Ver sus sesiones")
        await citizen.reads(title)
        await citizen.looks("next-sessions" if size == NARROW else None)


async def a_session(trial: Trial) -> str:
    """The title of a session to come in Chota, which the public page shows."""
    cohort, title = trial.cohort(), f"El presupuesto {uuid4().hex[:6]}"
    sessions = f"/sessions/api/sessions?cohort_id={cohort.cohort_id}"
    await wait_until(lambda: trial.get(sessions, cohort.facilitator).is_success)
    trial.make("/sessions/api/sessions", {
        "cohort_id": str(cohort.cohort_id), "kind": "training", "title": title, "district": "060401", "required": True,
        "place": "Local comunal", "starts_at": "2098-05-12T14:00:00Z", "ends_at": "2098-05-12T17:00:00Z",
    })  # fmt: skip
    await wait_until(lambda: title in trial.get("/enrollment/api/public/sessions?limit=500").text)
    return title


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
