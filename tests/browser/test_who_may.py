"""Who may not is told so on a page of ours; who has not signed in is led there, and back."""

import pytest
from playwright.async_api import Browser, expect

from tests.support.trials import Trial
from tests.support.visitors import visiting


@pytest.mark.parametrize(
    ("person", "home", "path"),
    [
        ("facilitator-0601", "/sessions/", "/media/assets"),
        ("communications", "/media/", "/enrollment/cohorts"),
        ("delegate-mesa", "/enrollment/", "/enrollment/imports"),
    ],
)
async def test_another_roles_page_is_refused_in_words(
    chromium: Browser, trial: Trial, person: str, home: str, path: str
) -> None:
    async with visiting(chromium, trial, home, person) as visitor:
        answer = await visitor.page.goto(path)
        assert answer is not None and answer.status == 403
        await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Usted no tiene permiso")
        await visitor.looks("no-permission" if person == "communications" else None)


async def test_whoever_has_not_signed_in_is_led_there_and_back(chromium: Browser, trial: Trial) -> None:
    async with visiting(chromium, trial, "/enrollment/imports/new") as visitor:
        await visitor.looks("sign-in")
        await visitor.press("Coordinación (demostración)")
        await expect(visitor.page).to_have_url(f"{trial.url}/enrollment/imports/new")
        await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Enviar una hoja")
        await visitor.press("Salir")
        await expect(visitor.page.get_by_role("link", name="Ingresar")).to_be_visible()


async def test_what_is_not_there_is_told(chromium: Browser, trial: Trial) -> None:
    async with visiting(chromium, trial, "/nothing/here") as visitor:
        await expect(visitor.page.get_by_role("heading", level=1)).to_have_text("No se encontró")
        await visitor.looks()
