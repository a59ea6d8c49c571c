"""The description of the interface as a page."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, expect

from chassis.tests.serving import serve, settings
from tests.support.browsers import OVERFLOWING, free_port, listening


async def test_every_operation_is_on_the_page() -> None:
    async with serve().browser() as browser:
        page = (await browser.get("/sample/docs")).text
        described = (await browser.get("/sample/openapi.json")).json()
    for path, of_path in described["paths"].items():
        for method, operation in of_path.items():
            assert f"<code>{method.upper()} /sample{path}</code>" in page
            assert f'id="{operation["operationId"]}"' in page


async def test_words_of_the_interface_are_shown_as_code() -> None:
    async with serve().browser() as browser:
        page = (await browser.get("/sample/docs")).text
    assert "<code>Retry-After</code>" in page
    assert "`" not in page


async def test_an_operation_says_who_may_call_it_and_what_it_answers(chromium: Browser) -> None:
    listener, address = free_port()
    site = serve(told=settings(public_url=address))
    async with listening(site.web, listener):
        page = await chromium.new_page(viewport={"width": 360, "height": 640}, locale="es-PE", bypass_csp=True)
        await page.goto(f"{address}/sample/docs")
        await page.get_by_text("POST /sample/api/trees", exact=True).click()
        opened = page.locator("details[open]")
        await expect(opened).to_contain_text("gardener")
        await expect(opened.get_by_role("definition").filter(has_text="RFC 9457").first).to_be_visible()
        assert (await Axe().run(page)).response["violations"] == []
        assert await page.evaluate(OVERFLOWING) == []
        await page.close()
