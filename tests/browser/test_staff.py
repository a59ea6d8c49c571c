"""A facilitator is entered by name, gets a cohort, is absent, and is back."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, expect

from contracts.days import day_of
from tests.support.trials import Trial
from tests.support.visitors import NARROW, WIDE, visiting
from tests.support.waiting import wait_until

ABSENT, SUBSTITUTE = "Facilitación Celendín (demostración)", "Facilitación Chota (demostración)"


@pytest.mark.parametrize(("size", "scripts"), [(NARROW, False), (WIDE, True)], ids=["narrow without scripts", "wide"])
async def test_cohorts_are_handed_over_and_given_back(
    chromium: Browser, trial: Trial, size: tuple[int, int], scripts: bool
) -> None:
    for user in ("facilitator-0603", "facilitator-0604"):
        trial.get("/enrollment/cohorts", user)  # whoever comes is in the directory
    cohort, today, kept = trial.cohort(facilitator="facilitator-0603"), day_of(datetime.now(UTC)), size == WIDE
    async with visiting(chromium, trial, "/enrollment/staff", "coordinator", size=size, scripts=scripts) as coordinator:
        await coordinator.looks("staff" if kept else None)
        await coordinator.follow("Registrar a una persona")
        await coordinator.looks()
        await coordinator.press("Registrar")
        await expect(coordinator.page.get_by_role("alert")).to_contain_text("Nombre")
        await coordinator.looks()

        await coordinator.open("/enrollment/staff")
        await coordinator.follow(ABSENT)
        await coordinator.unfold("Registrar una ausencia")
        await coordinator.looks()
        await coordinator.fill(Suplente=SUBSTITUTE, Primer_día=str(today), Último_día=str(today + timedelta(days=14)))
        await coordinator.tick("Vacaciones")
        await coordinator.press("Entregar las cohortes")
        await coordinator.reads("La ausencia quedó registrada.")
        await coordinator.looks("absence" if kept else None)
        roster = f"/enrollment/api/cohorts/{cohort.cohort_id}/enrollments"
        assert trial.get(roster, "facilitator-0603").status_code == 404
        assert trial.get(roster, "facilitator-0604").status_code == 200

        async with visiting(chromium, trial, "/sessions/", "facilitator-0603", size=size, scripts=scripts) as absent:
            if not scripts:
                await absent.follow("Vea quién tiene sus cohortes mientras usted está ausente")
            await absent.reads(f": {SUBSTITUTE} tiene sus cohortes.")
            await absent.looks()

        await coordinator.open(f"/enrollment/cohorts/{cohort.cohort_id}")
        await expect(coordinator.page.get_by_role("listitem").filter(has_text=SUBSTITUTE)).to_contain_text("Suplencia")
        await coordinator.looks()
        await coordinator.open("/enrollment/staff")
        await coordinator.follow(ABSENT)
        await coordinator.page.get_by_role("button", name=f"Terminar la ausencia de {ABSENT}").first.click()
        await coordinator.reads("La ausencia terminó.")
        assert trial.get(roster, "facilitator-0603").status_code == 200


@pytest.mark.parametrize("reader", ["facilitator-0603", "auditor"])
async def test_whoever_reads_a_plan_reads_by_name_who_declared_it(chromium: Browser, trial: Trial, reader: str) -> None:
    trial.get("/enrollment/cohorts", "coordinator")
    cohort = trial.cohort(facilitator="facilitator-0603")
    await wait_until(lambda: trial.get(f"/sessions/cohorts/{cohort.cohort_id}", reader).status_code == 200)
    trial.make("/sessions/api/sessions", cohort.training())
    plan = f"/sessions/cohorts/{cohort.cohort_id}/plan"
    trial.make(f"{plan.replace('/sessions', '/sessions/api', 1)}/declare-complete", {})
    async with visiting(chromium, trial, plan, reader) as page:
        await page.reads("Coordinación (demostración)")
    async with visiting(chromium, trial, plan, reader, scripts=False, size=NARROW) as page:
        await page.follow("Ver los nombres de estos usuarios")
        await page.reads("Coordinación (demostración)")
        await page.looks()
