"""Somebody without an account reads their own data on a phone, and takes a consent back."""

import pytest
from playwright.async_api import Browser, expect

from tests.support.sheets import document
from tests.support.trials import Trial
from tests.support.visitors import NARROW, WIDE, Visitor, keep_picture, visiting

FIRST_VIEW = 60_000
"""Bytes over the wire."""


@pytest.mark.parametrize(("size", "scripts"), [(WIDE, True), (NARROW, True), (NARROW, False)])
async def test_somebody_reads_their_data_and_takes_the_consent_back(
    chromium: Browser, trial: Trial, size: tuple[int, int], scripts: bool
) -> None:
    number = enrolled(trial)
    async with visiting(chromium, trial, "/enrollment/my-data", size=size, scripts=scripts) as person:
        await person.looks()
        await person.fill(Número=number, Fecha_de_nacimiento="13/05/1987")
        await person.press("Ver mis datos")
        await expect(person.page.get_by_role("alert")).to_contain_text("No encontramos a nadie")
        await person.looks()
        await person.fill(Fecha_de_nacimiento="12 de mayo de 1987")
        await person.press("Ver mis datos")
        await person.reads("Ñahuincopa Güimac")
        await expect(person.page.get_by_role("img", name="Código QR de la inscripción")).to_be_visible()
        await person.looks("own-data" if size == NARROW and scripts else None)
        await person.forget()
        await person.page.reload()
        assert await person.transferred() <= FIRST_VIEW
        await ask_correction(person)
        await answer_request(chromium, trial, size)
        await person.page.reload()
        await person.reads("Concedida")
        await person.reads("Yma Rosa")
        await person.looks()
        if size == NARROW and scripts:
            await person.page.get_by_role("heading", name="Lo que usted pidió").evaluate("one => one.scrollIntoView()")
            await keep_picture(person.page, "own-data-answered")
        await person.unfold("Retirar")
        await person.press("Sí, retirarlo")
        await person.reads("El consentimiento queda retirado.")
        await expect(person.page.get_by_role("img", name="Código QR de la inscripción")).to_have_count(0)
        await person.looks()
        await person.press("Ya terminé")
        await person.reads("Ahora nadie más puede ver sus datos en este celular.")


async def ask_correction(person: Visitor) -> None:
    await person.follow("Pedir una corrección")
    await person.press("Pedir la corrección")
    await expect(person.page.get_by_role("alert")).to_contain_text("Eso es lo que ya está guardado")
    await person.looks()
    await person.fill(Nombres="Yma Rosa")
    await person.press("Pedir la corrección")
    await person.reads("Por responder")


async def answer_request(chromium: Browser, trial: Trial, size: tuple[int, int]) -> None:
    address = "/enrollment/data-requests?state=waiting"
    async with visiting(chromium, trial, address, "coordinator", size=size) as coordinator:
        await coordinator.looks()
        await coordinator.page.get_by_role("link", name="Corrección").last.click()
        await coordinator.reads("Yma Rosa")
        await coordinator.looks("data-request" if size == WIDE else None)
        await coordinator.page.get_by_label("Conceder: lo comparé con el documento").check()
        await coordinator.press("Responder la solicitud")
        await coordinator.reads("La solicitud queda respondida.")


def enrolled(trial: Trial) -> str:
    """The document of somebody with a seat."""
    number = document()
    body = trial.cohort().enrollment(number, "Yma Ch'aska", "Ñahuincopa Güimac")
    trial.make("/enrollment/api/enrollments", body)
    return number
