"""The coordination decides whether two records are one person: a row of a sheet, and two people, and takes it back."""

from uuid import UUID

import pytest
from playwright.async_api import Browser, expect

from tests.browser.test_coordinator import ended, upload
from tests.support.sheets import document, row, sheet
from tests.support.trials import Trial
from tests.support.visitors import NARROW, WIDE, Visitor, visiting

REASON = "Comparé los documentos de identidad"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_a_row_is_decided(chromium: Browser, trial: Trial, size: tuple[int, int]) -> None:
    cohort, number = trial.cohort(), document()
    enrolled(trial, number, "Rosalía")
    content = sheet([row(cohort.name, number, given="Segundo")])
    async with visiting(chromium, trial, "/enrollment/imports", "coordinator", size=size) as coordinator:
        await upload(coordinator, "padron.csv", content)
        await coordinator.press("Importar 1 fila")
        await ended(coordinator)
        await coordinator.follow("Por revisar")
        await coordinator.looks()
        await coordinator.follow("Quispe Huamán, Rosalía")
        await coordinator.looks("review" if size == WIDE else None)
        await coordinator.press("Es otra persona")
        await coordinator.reads("Hay un error")
        await coordinator.looks()
        await decide(coordinator, "Es otra persona")
        await coordinator.reads("Fila 2: aceptada")


async def test_two_people_are_counted_as_one_and_as_two_again(chromium: Browser, trial: Trial) -> None:
    one, other = enrolled(trial, document(), "Quyllur"), enrolled(trial, document(), "Quyllur")
    address = f"/enrollment/reviews/people/{one}/{other}"
    async with visiting(chromium, trial, address, "coordinator", size=NARROW, scripts=False) as coordinator:
        await decide(coordinator, "Son la misma persona")
        await coordinator.reads("Las dos se cuentan como una sola persona.")
        await coordinator.follow("Quispe Huamán, Quyllur")
        await coordinator.follow("Comparar los dos")
        await decide(coordinator, "Son dos personas")
        await expect(coordinator.page.get_by_role("button", name="Son la misma persona")).to_be_visible()
        await coordinator.looks()


def enrolled(trial: Trial, number: str, given_names: str) -> UUID:
    body = trial.cohort().enrollment(number, given_names, "Quispe Huamán", sex="female")
    return UUID(trial.make("/enrollment/api/enrollments", body)["person_id"])


async def decide(coordinator: Visitor, button: str) -> None:
    await coordinator.page.get_by_label(REASON).check()
    await coordinator.press(button)
