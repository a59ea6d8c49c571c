"""The facilitator's way: today's session, who came, and a correction; with and without scripts."""

import pytest
from playwright.async_api import Browser, expect

from tests.end_to_end.recounts import settled
from tests.support.todays_sessions import session_today
from tests.support.trials import Trial
from tests.support.visitors import NARROW, visiting
from tests.support.waiting import wait_until

PEOPLE = 4


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_attendance_is_taken_and_corrected(chromium: Browser, demonstration: Trial, scripts: bool) -> None:
    trial, before = demonstration, await settled(demonstration, "attended")
    title = "El presupuesto participativo" if scripts else "La audiencia pública"
    session = await session_today(trial, title, "facilitator-0601")
    other = await session_today(trial, f"{title} de otra cohorte", "facilitator-0602")
    assert other.facilitator != session.facilitator
    async with visiting(
        chromium, trial, "/sessions/", session.facilitator, size=NARROW, scripts=scripts
    ) as facilitator:
        page = facilitator.page
        await expect(page.get_by_role("link", name=f"{title} de otra cohorte")).to_have_count(0)
        await facilitator.looks("sessions-of-today" if scripts else None)
        await facilitator.follow(title)
        people = page.locator(".person")
        await expect(people).to_have_count(PEOPLE)
        await expect(page.get_by_text("Huamán A, Zoila")).to_have_count(1 if scripts else 0)
        await expect(page.get_by_text("como en la lista impresa")).to_have_count(0 if scripts else 1)
        await facilitator.looks("attendance" if scripts else None)
        await page.emulate_media(media="print")
        await expect(people.last).to_be_visible()
        await expect(page.locator("button:visible, input:visible")).to_have_count(0)
        await page.emulate_media(media="screen")
        for number in range(PEOPLE):
            await people.nth(number).get_by_label("Presente").click()
        if not scripts:
            await facilitator.press("Guardar la asistencia")
        await facilitator.reads("todo enviado" if scripts else f"Se registró a {PEOPLE} personas.")
        await expect(people.first).to_contain_text("Presente")
        await wait_until(lambda: trial.is_published("attended", before + PEOPLE))

        await people.first.get_by_role("link", name="Corregir").click()
        await page.get_by_label("Faltó").check()
        await page.get_by_label("Se marcó por error").check()
        await facilitator.looks()
        await facilitator.press("Corregir")
        await facilitator.reads("La asistencia se corrigió.")
        await facilitator.looks()
    await wait_until(lambda: trial.is_published("attended", before + PEOPLE - 1))
