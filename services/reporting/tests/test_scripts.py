"""What the public page's own module does in a browser."""

from pathlib import Path

from playwright.async_api import Browser, Route, expect

from services.reporting import public_page

SCRIPT = Path(next(iter(public_page.__path__))) / "static" / "fresh.js"
HALF_A_MINUTE = 30_000

PAGE = """<!doctype html><title>Figures</title>
<p data-live="enrolled">1</p><p id="list" data-fresh>{}</p><script type="module" src="/fresh.js"></script>"""


async def test_lists_are_asked_for_every_half_minute_until_they_come(chromium: Browser) -> None:
    """Readers behind one address share its rate, so each of them asks seldom and does not lose what was refused."""
    page = await chromium.new_page()
    answers = [(200, "new"), (429, ""), (200, "old")]

    async def answer(route: Route) -> None:
        status, figures = answers.pop()
        await route.fulfill(status=status, content_type="text/html", body=PAGE.format(figures))

    await page.clock.install()
    await page.route("http://minka.example/", answer)
    await page.route("http://minka.example/fresh.js", lambda route: route.fulfill(path=SCRIPT))
    await page.goto("http://minka.example/")
    await page.evaluate("document.querySelector('[data-live]').textContent = '2'")

    await page.clock.run_for(HALF_A_MINUTE - 1000)
    assert len(answers) == 2
    async with page.expect_response(lambda response: response.status == 429) as refused:
        await page.clock.run_for(1000)
    await (await refused.value).finished()
    await expect(page.locator("#list")).to_have_text("old")
    await page.clock.run_for(HALF_A_MINUTE)
    await expect(page.locator("#list")).to_have_text("new")
    await page.close()
