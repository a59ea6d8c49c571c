"""A coordinator without a mouse: the focus is visible, and goes through a page as it is read."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Browser, Page, expect

from contracts.days import day_of
from tests.browser.test_reviews import REASON, enrolled
from tests.support.sheets import document
from tests.support.trials import Trial
from tests.support.visitors import visiting
from tests.support.waiting import wait_until

MOST_STOPS = 200
FOCUSED = """() => {
    const focused = document.activeElement, style = getComputedStyle(focused), place = focused.getBoundingClientRect();
    return {
        name: (focused.labels?.[0] ?? focused).innerText.trim(),
        place: [...document.querySelectorAll("*")].indexOf(focused),
        form: [...document.querySelectorAll("main form")].indexOf(focused.closest("main form")),
        top: place.top + scrollY,
        height: place.height,
        outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
        seen: place.bottom > 0 && place.top < innerHeight,
    };
}"""
"""Where the focus is: `place` in the order of the document, `top` in pixels of the page."""


@dataclass(frozen=True)
class Keyboard:
    """All that a person without a mouse has."""

    page: Page

    async def reach(self, name: str) -> None:
        """Goes on with Tab until what begins with this name has the focus."""
        before: dict[str, Any] | None = None
        for _ in range(MOST_STOPS):
            await self.page.keyboard.press("Tab")
            focused = await self.page.evaluate(FOCUSED)
            assert focused["outlined"] and focused["seen"] and focused["height"] > 0, focused
            if before and focused["form"] == before["form"] >= 0:
                assert focused["place"] >= before["place"], (before, focused)
                assert focused["top"] >= before["top"] - before["height"], (before, focused)
            if focused["name"].startswith(name):
                return
            before = focused
        raise AssertionError(f"{name} is not reached on {self.page.url}")

    async def press(self, name: str) -> None:
        """Follows a link or presses a button."""
        await self.reach(name)
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def fill(self, **fields: str) -> None:
        """Types into the fields with these labels, in the order in which they are read."""
        for label, text in fields.items():
            await self.reach(label.replace("_", " "))
            await self.page.keyboard.type(text)

    async def tick(self, label: str) -> None:
        await self.reach(label)
        await self.page.keyboard.press("Space")


async def test_enrolling_deciding_and_planning_by_keyboard_alone(chromium: Browser, trial: Trial) -> None:
    cohort, known = trial.cohort(), document()
    enrolled(trial, known, "Rosalía")
    async with visiting(chromium, trial, f"/enrollment/cohorts/{cohort.cohort_id}", "coordinator") as coordinator:
        page, keyboard = coordinator.page, Keyboard(coordinator.page)
        await keyboard.press("Inscribir a una persona")
        await describe(keyboard, document(), "Segundo")
        await coordinator.reads("La persona está inscrita y tiene vacante.")

        await keyboard.press("Inscribir a una persona")
        await describe(keyboard, known, "Segundo")
        await coordinator.reads("Este documento ya se conoce con otro nombre")
        await decide(keyboard)
        await coordinator.reads("La persona está inscrita y tiene vacante.")

        calendar = f"/sessions/cohorts/{cohort.cohort_id}"
        await wait_until(lambda: trial.get(calendar, "coordinator").status_code == 200)
        await coordinator.open(calendar)
        await keyboard.press("Programar una sesión")
        await plan(keyboard)
        await expect(page.get_by_role("row", name="El presupuesto")).to_contain_text("Local comunal")


async def describe(keyboard: Keyboard, number: str, given_names: str) -> None:
    await keyboard.fill(
        Número=number, Nombres=given_names, Apellidos="Quispe Huamán", Distrito_donde_vive="Cajamarca (Cajamarca)"
    )
    await keyboard.tick("Acepta participar")
    await keyboard.press("Inscribir")


async def decide(keyboard: Keyboard) -> None:
    await keyboard.reach(REASON)
    await keyboard.page.keyboard.press("Space")
    await keyboard.press("Es otra persona")


async def plan(keyboard: Keyboard) -> None:
    tomorrow = day_of(datetime.now(UTC)) + timedelta(days=1)
    await keyboard.fill(Título="El presupuesto")
    await keyboard.tick("Capacitación")
    await keyboard.fill(Día=f"{tomorrow:%d%m%Y}", Empieza_a_las="0900a", Termina_a_las="1100a")
    await keyboard.fill(Distrito="Cajamarca (Cajamarca)", Lugar="Local comunal")
    await keyboard.press("Programar la sesión")
