"""Somebody without an account reads their own data on a phone, and takes a consent back."""

import pytest
from playwright.async_api import Browser, expect

from tests.support.sheets import document
from tests.support.trials import Trial
from tests.support.visitors import NARROW, WIDE, visiting

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
        await person.unfold("Retirar")
        await person.press("Sí, retirarlo")
        await person.reads("El consentimiento queda retirado.")
        await expect(person.page.get_by_role("img", name="Código QR de la inscripción")).to_have_count(0)
        await person.looks()
        await person.press("Ya terminé")
        await person.reads("Ahora nadie más puede ver sus datos en este celular.")


def enrolled(trial: Trial) -> str:
    """The document of somebody with a seat."""
    number = document()
    body = {
        "cohort_id": str(trial.cohort().cohort_id),
        "document": {"type": "dni", "number": number},
        "given_names": "Yma Ch'aska",
        "family_names": "Ñahuincopa Güimac",
        "birth_date": "1987-05-12",
        "district": {"scheme": "inei", "code": "060101"},
        "consents": [{"purpose": "training"}],
    }
    trial.make("/enrollment/api/enrollments", body)
    return number
