"""Anybody reads the privacy notice, from the footer of a page, in both languages and on a phone."""

import pytest
from playwright.async_api import Browser, expect

from tests.support.trials import Trial
from tests.support.visitors import NARROW, WIDE, visiting

FIRST_VIEW = 60_000
"""Bytes over the wire."""


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("start", ["/", "/enrollment/public/programmes", "/enrollment/my-data"])
async def test_anybody_reads_the_notice(chromium: Browser, trial: Trial, size: tuple[int, int], start: str) -> None:
    async with visiting(chromium, trial, start, size=size) as person:
        await person.page.get_by_role("contentinfo").get_by_role("link", name="Aviso de privacidad").click()
        await person.reads("La oficina todavía no lo declaró.")
        await expect(person.page.get_by_text("Esto lo ve solo el personal")).to_have_count(0)
        await person.looks("privacy-notice" if size == NARROW and start == "/" else None)
        await person.follow("English")
        await person.reads("The office has not stated it yet.")
        await person.looks()
        await person.forget()
        await person.page.reload()
        assert await person.transferred() <= FIRST_VIEW
        await person.follow("My data")
        await person.reads("See my data")


async def test_the_staff_reads_what_is_missing(chromium: Browser, trial: Trial) -> None:
    async with visiting(chromium, trial, "/enrollment/people", "coordinator") as coordinator:
        await coordinator.follow("Aviso de privacidad")
        await coordinator.reads("MINKA_ENROLLMENT_CONTROLLER_NAME")
        await coordinator.looks()
