"""What a clerk does with a sheet as the office made it: answers, confirms, corrects rows by keyboard, and undoes it."""

import re
from datetime import date
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from services.enrollment.tests.sheets import xlsx_of
from tests.browser.test_coordinator import ended, upload
from tests.support.sheets import document
from tests.support.trials import Trial
from tests.support.visitors import Visitor, visiting

HEADINGS = ["N°", "APELLIDOS Y NOMBRES", "N° DE DNI", "FECHA DE NACIMENTO", "SEXO"]
NAMES = (
    "QUISPE HUAMÁN, ROSA ELENA", "CHILÓN ÑONTOL, SEGUNDO", "TERÁN CRUZADO, MARÍA", "VÁSQUEZ DÍAZ, JOSÉ",
    "CHÁVEZ CUEVA, ANA", "DÍAZ ROJAS, LUIS",
)  # fmt: skip


def ugly(cohort: str, last: str) -> bytes:
    """A workbook with lines above its headings, a heading with a slip, no consent, three faulty rows and a total."""
    people: list[list[Any]] = [
        [number, name, document(), date(1987, 12, number), "F" if number % 2 else "M", ""]
        for number, name in enumerate(NAMES, 1)
    ]
    people[1][2] = "123"
    people[3][3] = "1987"
    people[4][4] = "Z"
    return xlsx_of(
        [
            ["PADRÓN DE PARTICIPANTES"],
            [f"Cohorte: {cohort}"],
            ["Distrito: Celendín", "Provincia: Celendín"],
            [],
            [*HEADINGS, last],
            *people,
            ["", "TOTAL", len(people)],
            [],
            ["", "_______________________"],
            ["", "Firma del responsable"],
        ]
    )


@pytest.mark.parametrize("scripts", [True, False])
async def test_from_an_ugly_sheet_to_enrolled_people_and_back(chromium: Browser, trial: Trial, scripts: bool) -> None:
    cohort = trial.cohort()
    # Each run has a form of its own, of which nothing is remembered yet.
    content = ugly(cohort.name, "FIRMA" if scripts else "HUELLA")
    async with visiting(chromium, trial, "/enrollment/imports", "coordinator", scripts=scripts) as clerk:
        await upload(clerk, "padron.xlsx", content)
        await clerk.looks("preview" if scripts else None)
        await answer(clerk, "«FECHA DE NACIMENTO»", "Fecha de nacimiento")
        await answer(clerk, "consentimiento firmado", "Sí, de todas")
        await clerk.press("Revisar con estas respuestas")
        await clerk.press("Importar 6 filas")
        await ended(clerk)
        await expect(clerk.page.locator("dl.facts")).to_contain_text(re.compile(r"Aceptadas\s*3"))
        await clerk.follow("Corregirlas aquí")
        await clerk.looks("correct" if scripts else None)
        await clerk.page.locator('[name="cells.1.9.4"]').fill("1988")
        await clerk.page.locator('[name="cells.1.10.5"]').fill("F")
        await clerk.page.keyboard.press("Enter")
        await clerk.reads("Fila 10: aceptada")
        await expect(clerk.page.locator('[name="cells.1.9.4"]')).to_have_value("1988" if scripts else "1987")
        for line, text in ((7, document()), (9, "4 de diciembre de 1987")):
            await expect(clerk.page.locator("input[autofocus]")).to_be_focused()
            await clerk.page.keyboard.press("Control+A")
            await clerk.page.keyboard.type(text)
            await clerk.page.keyboard.press("Enter")
            await clerk.reads(f"Fila {line}: aceptada")
        await clerk.reads("No hay nada que corregir.")
        await clerk.looks()
        await clerk.follow("Volver a la importación")
        await expect(clerk.page.locator("dl.facts")).to_contain_text(re.compile(r"Aceptadas\s*6"))
        await clerk.follow("Deshacer esta importación")
        await clerk.press("Deshacer")
        await expect(clerk.page.locator(".lead .badge")).to_have_text("Deshecha")
        await upload(clerk, "padron.xlsx", content)
        await clerk.reads("Se propone lo que se respondió para una hoja anterior con los mismos encabezados.")
        await answer(clerk, "consentimiento firmado", "Sí, de todas")
        await clerk.press("Revisar con estas respuestas")
        await clerk.press("Importar 6 filas")
        await ended(clerk)
        await expect(clerk.page.locator("dl.facts")).to_contain_text(re.compile(r"Aceptadas\s*3"))


async def answer(clerk: Visitor, question: str, option: str) -> None:
    await clerk.page.get_by_role("group", name=re.compile(question)).get_by_label(option, exact=True).check()
