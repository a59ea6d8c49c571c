"""Every part of our pages on one page: for readers and keyboards, narrow and wide, light and dark."""

from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from chassis.tests.serving import serve, settings
from tests.support.browsers import OVERFLOWING, free_port, listening

SMALL = """[...document.querySelectorAll("a, button, select, summary, input")]
    .filter((element) => !["hidden", "radio", "checkbox"].includes(element.type) && !element.closest("p"))
    .filter((element) => element.offsetHeight && element.offsetHeight < 43.5)
    .map((element) => element.outerHTML)"""


PAGES = ["", "orchard", "orchard?kind=aliso&q=a&sort=name", "orchard?q=nothing"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 768, 1280])
async def test_nothing_is_hard_to_read_to_reach_or_wider_than_the_screen(
    chromium: Browser, width: int, scheme: Literal["light", "dark"], path: str
) -> None:
    listener, address = free_port()
    site = serve(told=settings(public_url=address))
    async with listening(site.web, listener):
        context = await chromium.new_context(
            viewport={"width": width, "height": 700}, color_scheme=scheme, bypass_csp=True
        )
        page = await context.new_page()
        await page.goto(f"{address}/sample/{path}")
        found = await Axe().run(page)
        assert [(violation["id"], violation["nodes"]) for violation in found.response["violations"]] == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await page.evaluate(SMALL) == []
        assert await page.evaluate(OVERFLOWING) == []
        await context.close()


async def test_on_a_phone_a_row_is_a_card_with_every_heading_and_its_action(chromium: Browser) -> None:
    listener, address = free_port()
    site = serve(told=settings(public_url=address))
    async with listening(site.web, listener):
        page = await chromium.new_page(viewport={"width": 360, "height": 640}, locale="es-PE")
        await page.goto(f"{address}/sample/orchard")
        card = page.locator("tbody tr").first
        for part in await card.locator("th, td").all():
            box = await part.bounding_box()
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= 360
        headings = await page.locator("tbody tr td").evaluate_all(
            "cells => cells.slice(0, 7).map(cell => getComputedStyle(cell, '::before').content)"
        )
        assert headings == [f'"{text}"' for text in ("Tipo", "Lugar", "Height", "Planted", "Seen", "Native", "Estado")]
        await expect(card.get_by_role("link", name="Change: abedul")).to_be_in_viewport()
        await expect(page.get_by_role("columnheader")).to_have_count(9)
        await expect(page.get_by_role("row")).to_have_count(11)
        await page.close()


async def test_headings_stay_in_sight(chromium: Browser) -> None:
    listener, address = free_port()
    site = serve(told=settings(public_url=address))
    async with listening(site.web, listener):
        page = await chromium.new_page(viewport={"width": 1280, "height": 600})
        await page.goto(f"{address}/sample/orchard?limit=100")
        await page.locator("tbody tr").last.scroll_into_view_if_needed()
        await expect(page.get_by_role("columnheader").first).to_be_in_viewport()
        for heading in await page.get_by_role("columnheader").all():
            assert await heading.evaluate(
                """heading => {
                    const box = heading.getBoundingClientRect();
                    return heading.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
                }"""
            ), await heading.inner_text()
        await page.close()
