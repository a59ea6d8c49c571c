"""An organization gets seats, and its delegate nominates a member and substitutes another."""

import pytest
from playwright.async_api import Browser, expect

from tests.support.sheets import document
from tests.support.trials import Trial
from tests.support.visitors import NARROW, WIDE, Visitor, visiting

ORGANIZATION = "PATRIA C"


@pytest.mark.parametrize(("size", "scripts"), [(NARROW, True), (WIDE, False)], ids=["narrow", "wide without scripts"])
async def test_a_delegate_substitutes_a_member(
    chromium: Browser, trial: Trial, size: tuple[int, int], scripts: bool
) -> None:
    register(trial)
    cohort, kept = trial.cohort(), size == WIDE
    async with visiting(chromium, trial, f"/enrollment/cohorts/{cohort.cohort_id}", "coordinator") as coordinator:
        await coordinator.follow("Vacantes de organizaciones")
        await coordinator.fill(Organización=ORGANIZATION, Vacantes="2")
        await coordinator.press("Guardar las vacantes")
        await coordinator.reads("Las vacantes están guardadas.")
        await coordinator.looks()
    async with visiting(chromium, trial, "/enrollment/", "delegate-patria-c", size=size, scripts=scripts) as delegate:
        await nominate(delegate, cohort.name, "Nélida")
        await delegate.reads("El integrante tiene una vacante.")
        await delegate.looks("delegate" if kept else None)
        await delegate.page.get_by_role("link", name="Sustituir Nélida").first.click()
        await delegate.looks("substitute" if kept else None)
        await delegate.press("Sustituir a un integrante")
        await expect(delegate.page.get_by_role("alert")).to_contain_text("Por qué")
        await delegate.looks()
        await delegate.tick("No puede asistir")
        await describe(delegate, "Wilder")
        await delegate.press("Sustituir a un integrante")
        await delegate.reads("La vacante pasó al otro integrante.")
        history = delegate.page.locator("#substitutions")
        await expect(history).to_contain_text("Nélida Quispe Huamán")
        await expect(history).to_contain_text("Wilder Quispe Huamán")
        await delegate.looks()
    enrolled = trial.get(f"/enrollment/api/cohorts/{cohort.cohort_id}/enrollments", "coordinator").json()
    found = {one["given_names"]: one["status"] for one in enrolled["enrollments"]}
    assert found == {"Nélida": "withdrawn", "Wilder": "accepted"}


def register(trial: Trial) -> None:
    """Registers the organization of the delegate, once."""
    body = {
        "organization_id": "0197a000-0000-7000-8000-000000000001",
        "name": ORGANIZATION,
        "organization_type": "civil_association",
    }
    trial.make("/enrollment/api/organizations", body)


async def nominate(delegate: Visitor, cohort: str, given_names: str) -> None:
    await delegate.page.get_by_role("link", name=f"Proponer a un integrante {cohort}").click()
    await describe(delegate, given_names)
    await delegate.press("Proponer a un integrante")


async def describe(delegate: Visitor, given_names: str) -> None:
    await delegate.fill(
        Número=document(),
        Nombres=given_names,
        Apellidos="Quispe Huamán",
        Fecha_de_nacimiento="12/05/1987",
        Distrito_donde_vive_la_persona="Cajamarca (Cajamarca)",
    )
    await delegate.tick("Acepta participar")
    await delegate.tick("El integrante aceptó")
