"""At the door of a session: cards are typed, or seen by the camera, and a mistaken scan is undone."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.todays_sessions import session_today
from tests.support.trials import Trial
from tests.support.visitors import NARROW, visiting

CAMERA = """
window.cards = [];
window.BarcodeDetector = class {
  async detect() { return window.cards.splice(0, 1).map((rawValue) => ({ rawValue })); }
};
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = document.createElement("canvas");
  setInterval(() => canvas.getContext("2d").fillRect(0, 0, 9, 9), 50);
  return canvas.captureStream();
};
"""
"""A camera that sees what a test puts into `cards`."""


NO_CAMERAS = {
    "refused": """
window.BarcodeDetector = class { async detect() { return []; } };
navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("refused", "NotAllowedError"); };
""",
    "unable": CAMERA
    + """
window.BarcodeDetector = class { constructor() { throw new TypeError("no format is read"); } };
""",
    "insecure": """
window.BarcodeDetector = class { async detect() { return []; } };
Object.defineProperty(navigator, "mediaDevices", { value: undefined });
""",
}
"""Cameras that nobody can use, though the browser reads codes."""


async def answered(page: Page, text: str) -> None:
    await expect(page.locator(".card-answer .large")).to_contain_text(text)


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_cards_are_scanned_at_the_door(chromium: Browser, trial: Trial, scripts: bool) -> None:
    session = await session_today(trial, "La rendición de cuentas", "facilitator-0601")
    first, second, third, fourth = session.enrollments
    async with visiting(chromium, trial, "/sessions/", session.facilitator, size=NARROW, scripts=scripts) as visitor:
        page = visitor.page
        await page.context.grant_permissions(["camera"])
        await page.add_init_script(CAMERA)
        await visitor.open(f"/sessions/attendance/{session.session_id}")
        await visitor.follow("Lista para firmar, con nombres")
        await visitor.reads("Huamán A, Zoila")
        await visitor.looks("list-to-sign" if scripts else None)
        printed = await page.get_by_role("link", name="Lista para imprimir (PDF)").get_attribute("href")
        assert trial.get(printed or "", session.facilitator).content.startswith(b"%PDF-")
        await page.go_back()
        await visitor.follow("Leer tarjetas en la puerta")
        await visitor.looks()
        await visitor.fill(Tarjeta=first[-6:])
        await visitor.press("Registrar como presente")
        await answered(page, "Presente")
        await expect(page.get_by_text("Huamán")).to_have_count(1 if scripts else 0)
        await expect(page.locator(".card-answer .large")).to_be_in_viewport()
        await visitor.looks("cards" if scripts else None)
        await visitor.fill(Tarjeta=first)
        await page.keyboard.press("Enter")
        await answered(page, "Ya estaba registrado")
        await visitor.fill(Tarjeta="https://example.org")
        await visitor.press("Registrar como presente")
        await expect(page.get_by_role("alert")).to_contain_text("esta no es la tarjeta")
        await visitor.looks()
        await visitor.fill(Tarjeta=second)
        await visitor.press("Registrar como presente")
        await answered(page, "Presente")
        await expect(page.get_by_role("alert")).to_have_count(0)
        await visitor.press("Anular esta marca")
        await answered(page, "Marca anulada")
        await expect(page.locator(".came")).to_contain_text("1 persona")
        await visitor.looks()
        if scripts:
            await visitor.press("Leer con la cámara")
            await page.evaluate("card => window.cards.push(card, card)", third)
            await answered(page, "Presente")
            await expect(page.locator("#view")).to_be_visible()
            await expect(page.locator(".came")).to_contain_text("2 personas")
            await visitor.open(f"/sessions/attendance/{session.session_id}")
            person = page.locator(f'[data-enrollment="{fourth}"]')
            await person.get_by_label("Presente").click()
            await person.get_by_role("button", name="Deshacer").click()
            await expect(person).to_contain_text("Faltó")
            await visitor.follow("Leer tarjetas en la puerta")
            await visitor.fill(Tarjeta=fourth)
            await visitor.press("Registrar como presente")
            await answered(page, "Presente")


@pytest.mark.parametrize("camera", [*NO_CAMERAS, "old browser"])
async def test_where_there_is_no_camera_the_page_says_so_and_takes_what_is_typed(
    chromium: Browser, trial: Trial, camera: str
) -> None:
    session = await session_today(trial, "La rendición de cuentas", "facilitator-0601")
    path = f"/sessions/attendance/{session.session_id}/cards"
    async with visiting(chromium, trial, "/sessions/", session.facilitator, size=NARROW) as visitor:
        page = visitor.page
        await page.add_init_script(NO_CAMERAS.get(camera, "delete window.BarcodeDetector;"))
        await visitor.open(path)
        if camera == "old browser":
            await visitor.reads("Este navegador no lee códigos con la cámara. Escriba los cuatro últimos caracteres")
        else:
            await visitor.press("Leer con la cámara")
            await visitor.reads("No se puede usar la cámara")
            await expect(page.get_by_role("button", name="Leer con la cámara")).to_be_visible()
            await expect(visitor.field("Tarjeta")).to_be_focused()
        await expect(page.locator("#view")).to_be_hidden()
        await visitor.looks()
        await visitor.fill(Tarjeta=session.enrollments[0][-4:])
        await visitor.press("Registrar como presente")
        await answered(page, "Presente")
        await expect(page.get_by_text("Este navegador no lee")).to_be_visible(visible=camera == "old browser")
