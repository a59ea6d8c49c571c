"""A family enrolls itself by one phone, at the address that the coordination shares."""

from contextlib import suppress

import pytest
from playwright.async_api import Browser, Error, expect

from tests.support.sheets import document
from tests.support.trials import Trial
from tests.support.visitors import NARROW, WIDE, Visitor, keep_picture, visiting

FIRST_VIEW = 60_000
"""Bytes over the wire."""


@pytest.mark.parametrize(("size", "scripts"), [(WIDE, True), (NARROW, True), (NARROW, False)])
async def test_a_family_enrolls_by_one_phone(
    chromium: Browser, trial: Trial, size: tuple[int, int], scripts: bool
) -> None:
    cohort = trial.cohort()
    address = await shared(chromium, trial, f"/enrollment/cohorts/{cohort.cohort_id}")
    async with visiting(chromium, trial, address, size=size, scripts=scripts) as family:
        await family.forget()
        await family.open(address)
        assert await family.transferred() <= FIRST_VIEW
        await family.looks("self-enrollment" if size == NARROW and scripts else None)
        await fill(family, "Yma Ch'aska", "Ñahuincopa Güimac")
        await family.fill(Distrito_donde_vive_la_persona="Chetilla (Cajamarca)", Teléfono="976 543 210")
        await family.press("Inscribir")
        await expect(family.page.get_by_role("alert")).to_contain_text("sin su consentimiento")
        await family.looks()
        await agree(family)
        await family.press("Inscribir")
        await family.reads("Hay una vacante para esta persona.")
        await family.looks()
        await goes_back_to_the_form(family)
        assert not await shows_the_first(family), "the back button shows nothing of who enrolled before"
        await family.open(f"{address}/received/seat")
        await family.follow("Inscribir a otra persona de la familia")
        await expect(family.field("Teléfono")).to_have_value("976 543 210")
        assert not await shows_the_first(family)
        await fill(family, "José", "Ñahuincopa Güimac")
        await agree(family)
        await family.looks("self-enrollment-another" if size == NARROW and not scripts else None)
        await family.press("Inscribir")
        await family.reads("Hay una vacante para esta persona.")
        await family.looks("self-enrollment-received" if size == NARROW and not scripts else None)
        await family.press("Nadie más: olvidarlos ya")
        await family.reads("Este celular ya no recuerda nada de la familia.")
        await family.open(f"{address}/another")
        await expect(family.field("Teléfono")).to_have_value("")
    enrolled = trial.get(f"/enrollment/api/cohorts/{cohort.cohort_id}/enrollments", "coordinator").json()
    assert [one["status"] for one in enrolled["enrollments"]] == ["accepted", "accepted"]


async def shared(chromium: Browser, trial: Trial, path: str) -> str:
    """The path of the address that the coordination shares."""
    async with visiting(chromium, trial, path, "coordinator") as coordinator:
        await coordinator.press("Permitir que las personas se inscriban solas")
        await coordinator.reads("Ahora las personas pueden inscribirse solas.")
        await coordinator.looks()
        for paper in ("A4", "A3"):
            assert (await coordinator.downloaded(f"Afiche en {paper} (PDF)")).startswith(b"%PDF-")
        await coordinator.page.get_by_role("link", name="Afiche en A3 (PDF)").scroll_into_view_if_needed()
        await keep_picture(coordinator.page, "shared-address")
        link = coordinator.page.locator('main a[href*="/join/"]')
        return (await link.get_attribute("href") or "").removeprefix(trial.url)


async def goes_back_to_the_form(family: Visitor) -> None:
    """Twice: the browser keeps no answer to a form, and shows an error of its own in its place."""
    with suppress(Error):
        await family.page.go_back()
    await family.page.wait_for_url("chrome-error://chromewebdata/")
    await family.page.go_back()
    await expect(family.field("Nombres")).to_be_visible()


async def shows_the_first(family: Visitor) -> bool:
    """Whether the page shows the name, the day of birth or a consent of who enrolled before."""
    if "Yma" in await family.page.content():
        return True
    fields = [await family.field(label).input_value() for label in ("Número", "Nombres", "Fecha de nacimiento")]
    agreed = await family.page.get_by_label("Estoy de acuerdo en participar").is_checked()
    return any(fields) or agreed


async def fill(family: Visitor, given: str, names: str) -> None:
    fields = {"Número": document(), "Nombres": given, "Apellidos": names, "Fecha_de_nacimiento": "12/05/1987"}
    await family.fill(**fields)


async def agree(family: Visitor) -> None:
    for own in ("Estoy de acuerdo en participar", "Estoy de acuerdo en que me llamen"):
        await family.tick(own)
