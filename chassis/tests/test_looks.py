"""Every part of our pages on one page: for readers and keyboards, narrow and wide, light and dark."""

from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser

from chassis.tests.serving import serve, settings
from tests.support.browsers import free_port, listening

SMALL = """[...document.querySelectorAll("a, button, select, summary, input")]
    .filter((element) => !["hidden", "radio", "checkbox"].includes(element.type) && !element.closest("p"))
    .filter((element) => element.offsetHeight && element.offsetHeight < 43.5)
    .map((element) => element.outerHTML)"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_nothing_is_hard_to_read_to_reach_or_wider_than_the_screen(
    chromium: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    listener, address = free_port()
    site = serve(told=settings(public_url=address))
    async with listening(site.web, listener):
        context = await chromium.new_context(
            viewport={"width": width, "height": 700}, color_scheme=scheme, bypass_csp=True
        )
        page = await context.new_page()
        await page.goto(f"{address}/sample/")
        found = await Axe().run(page)
        assert [(violation["id"], violation["nodes"]) for violation in found.response["violations"]] == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert await page.evaluate(SMALL) == []
        await context.close()
