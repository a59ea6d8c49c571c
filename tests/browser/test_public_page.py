"""The public page with a year in it: true, live, light, and readable by everybody."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from chassis.web.formats import number
from services.reporting.indicators.registry import HEADLINES
from tests.end_to_end.recounts import settled
from tests.end_to_end.test_demonstration import everything
from tests.support.sheets import document, row, sheet
from tests.support.trials import Trial
from tests.support.visitors import NARROW, WIDE, Scheme, keep_picture, visiting

FIRST_VIEW, FORM = 150_000, 60_000
"""Bytes over the wire."""

WOMEN = re.compile("are women")
FORMS = {
    "coordinator": (
        "/enrollment/programmes/new", "/enrollment/cohorts/new", "/enrollment/imports/new", "/enrollment/people",
        "/enrollment/organizations/new", "/enrollment/targets/new",
    ),
    "communications": ("/media/assets/new", "/media/campaigns/new", "/media/links/new", "/media/publications/new"),
}  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_the_numbers_are_the_interfaces_and_the_charts_speak(
    chromium: Browser, demonstration: Trial, scripts: bool
) -> None:
    await everything(demonstration)  # what earlier tests entered has arrived
    async with visiting(chromium, demonstration, scripts=scripts) as visitor:
        headlines = visitor.page.locator(".headlines data")
        assert await headlines.all_inner_texts() == [number(demonstration.total(one.id)) for one in HEADLINES]
        charts = visitor.page.get_by_role("img")
        for finding in ("distritos", "El mes con más inscripciones", "son mujeres", "grupo de edad más numeroso"):
            await expect(charts.and_(visitor.page.get_by_label(finding))).to_be_visible()
        assert await visitor.page.locator("#by-district [fill^='url(#hatching-district)']").count() > 0
        assert await visitor.transferred() <= FIRST_VIEW
        await visitor.looks()
        await visitor.page.locator("#by-district summary").click()
        await expect(visitor.page.locator("#numbers-district tbody tr")).to_have_count(127)
        await expect(visitor.page.locator("#numbers-district .suppressed").first).to_have_text("reservado")
        await visitor.looks()


async def test_numbers_move_without_a_reload(chromium: Browser, demonstration: Trial) -> None:
    cohort = demonstration.cohort()
    async with visiting(chromium, demonstration) as visitor:
        before = await settled(demonstration, "enrolled")
        await mark(visitor.page)
        rows = [row(cohort.name, document()) for _ in range(15)]
        demonstration.post("/enrollment/api/imports", files={"file": ("sheet.csv", sheet(rows))})
        enrolled = visitor.page.locator(".headlines data").first
        await expect(enrolled).to_have_text(number(before + 15), timeout=180_000)
        await expect(visitor.page.locator("#title-sex")).to_contain_text("mujeres")
        assert await is_marked(visitor.page), "the page was loaded again"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
async def test_it_speaks_the_browsers_language_until_another_is_chosen(
    chromium: Browser, demonstration: Trial, scripts: bool
) -> None:
    async with visiting(chromium, demonstration, scripts=scripts, language="en-US") as visitor:
        await expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
        await visitor.reads("Training in citizen participation in Cajamarca")
        await expect(visitor.page.locator("#by-sex").get_by_role("img")).to_have_attribute("aria-label", WOMEN)
        await visitor.page.locator("#by-district summary").click()
        await expect(visitor.page.locator("#numbers-district .suppressed").first).to_have_text("withheld")
        await visitor.looks()
        await visitor.follow("Español")
        await expect(visitor.page.locator("html")).to_have_attribute("lang", "es-PE")
        await visitor.open("/nowhere")
        await visitor.reads("No se encontró")
        await visitor.follow("English")
        await visitor.reads("There is nothing at this address, or it is not yours to see.")
        await visitor.looks()


@pytest.mark.parametrize("person", FORMS)
async def test_a_form_is_light(chromium: Browser, demonstration: Trial, person: str) -> None:
    for path in FORMS[person]:
        async with visiting(chromium, demonstration, path, person) as visitor:
            await visitor.forget()
            await visitor.page.reload()
            assert await visitor.transferred() <= FORM, path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_it_is_readable_on_any_screen(
    chromium: Browser, demonstration: Trial, size: tuple[int, int], scheme: Scheme
) -> None:
    """With MINKA_PICTURES=1 (`make pictures`) this and the other tests of this folder write docs/pictures/*.png."""
    async with visiting(chromium, demonstration, size=size, scheme=scheme) as visitor:
        await expect(visitor.page.locator("[data-freshness]")).to_have_attribute("data-state", "live")
        await visitor.looks()
        variant = "-narrow" * (size == NARROW) + "-dark" * (scheme == "dark")
        await keep_picture(visitor.page, f"public-page{variant}")
        await visitor.page.locator("#enrolled-people").scroll_into_view_if_needed()
        await visitor.page.evaluate("document.querySelector('#enrolled-people').scrollIntoView()")
        await keep_picture(visitor.page, f"public-charts{variant}")


async def mark(page: Page) -> None:
    await page.evaluate("window.isThisPage = true")


async def is_marked(page: Page) -> bool:
    return bool(await page.evaluate("window.isThisPage === true"))
