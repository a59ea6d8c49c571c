"""What our own modules do in a browser; without them each page is complete."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from chassis.tests.sample.live import Stage
from chassis.tests.serving import serve, settings
from chassis.web import formats, locale
from chassis.web.locale import Locale
from tests.support.browsers import free_port, listening

AS_OF = "2026-05-13T15:07:00+00:00"


@pytest.fixture
def stage() -> Stage:
    return Stage()


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser, stage: Stage) -> AsyncIterator[Page]:
    listener, address = free_port()
    site = serve(told=settings(public_url=address))
    site.app.state.resources.stage = stage
    async with listening(site.web, listener):
        context = await chromium.new_context(base_url=f"{address}/sample/", locale="es-PE")
        page = await context.new_page()
        errors_seen: list[str] = []
        page.on("pageerror", lambda error: errors_seen.append(str(error)))
        yield page
        await context.close()
        assert errors_seen == []


async def test_numbers_change_as_they_are_told_and_look_as_the_server_writes_them(page: Page, stage: Stage) -> None:
    await page.goto("live")
    figure, freshness = page.locator("[data-live=planted]"), page.locator("[data-freshness]")
    await expect(figure).to_have_text(formats.number(1234))
    await expect(freshness).to_have_attribute("data-state", "live")
    stage.changes.put_nowait({"key": "planted", "value": 1_234_567, "status": "published", "as_of": AS_OF})
    await expect(figure).to_have_text(formats.number(1_234_567))
    await expect(freshness).to_contain_text("13 de mayo de 2026, 10:07 a. m.")


async def test_what_changes_is_written_in_the_pages_own_language_and_zone(page: Page, stage: Stage) -> None:
    await page.goto("live?lang=en")
    freshness = page.locator("[data-freshness]")
    await expect(freshness).to_have_attribute("data-state", "live")
    stage.changes.put_nowait({"key": "planted", "value": None, "status": "suppressed", "as_of": AS_OF})
    await expect(page.locator("[data-live=planted]")).to_have_text("withheld")
    await expect(freshness).to_contain_text("May 13, 2026, 10:07 AM")
    with locale.using(Locale("en", ZoneInfo("America/Lima"))):
        await expect(freshness).to_contain_text(formats.date_time(datetime.fromisoformat(AS_OF)))


async def test_a_number_that_is_withheld_says_so(page: Page, stage: Stage) -> None:
    await page.goto("live")
    figure = page.locator("[data-live=planted]")
    stage.changes.put_nowait({"key": "planted", "value": None, "status": "suppressed", "as_of": AS_OF})
    await expect(figure).to_have_class("suppressed")
    await expect(figure).to_have_text("reservado")


async def test_a_lost_connection_is_told(page: Page) -> None:
    await page.route("**/api/stream", lambda route: route.abort())
    await page.goto("live")
    freshness = page.locator("[data-freshness]")
    await expect(freshness).to_have_attribute("data-state", "stale")
    await expect(freshness.locator(".stale")).to_have_text(
        "Se perdió la conexión; estas cifras pueden estar atrasadas."
    )


@pytest.mark.parametrize("status", [429, 502, 503])
async def test_a_stream_that_was_refused_is_asked_for_again(page: Page, status: int) -> None:
    await page.clock.install()
    await page.route("**/api/stream", lambda route: route.fulfill(status=status), times=1)
    await page.goto("live")
    freshness = page.locator("[data-freshness]")
    await expect(freshness).to_have_attribute("data-state", "stale")
    await page.clock.run_for(30_000)
    await expect(freshness).to_have_attribute("data-state", "live")


async def test_work_is_followed_to_its_end(page: Page, stage: Stage) -> None:
    await page.goto("live")
    stage.work |= {"done": 1240}
    await expect(page.locator("[data-field=done]")).to_have_text(formats.number(1240))
    stage.work |= {"status": "done"}
    await expect(page.locator("#finished")).to_have_text("done")


async def test_a_list_is_filtered_while_one_types(page: Page) -> None:
    await page.goto("orchard")
    await page.locator("#orchard-q").fill("nunu")
    await expect(page.locator("#orchard-rows tbody th")).to_have_text(["Nuñuma", "Nuñuma"])
    await expect(page).to_have_url(re.compile(r"/sample/orchard\?.*q=nunu"))
    await expect(page.locator("#orchard-q")).to_be_focused()
