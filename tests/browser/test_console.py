"""The console with a year in it: every page that a menu leads to, looked at in light and dark."""

import pytest
from playwright.async_api import Browser, expect

from tests.support.browsers import OVERFLOWING
from tests.support.trials import Trial
from tests.support.visitors import Scheme, Visitor, visiting

PAGES: dict[str, dict[str, str | None]] = {
    "coordinator": {
        "/enrollment/cohorts": "cohorts",
        "/enrollment/programmes": None,
        "/enrollment/targets": None,
        "/enrollment/organizations": None,
        "/enrollment/people": None,
        "/enrollment/imports": "imports",
        "/sessions/": "sessions",
        "/sessions/conflicts": None,
    },
    "communications": {
        "/media/": "communications",
        "/media/assets": None,
        "/media/publications": None,
        "/media/campaigns": "campaigns",
        "/media/links": None,
        "/media/figures": None,
    },
    "auditor": {"/enrollment/cohorts": None, "/enrollment/targets": None, "/sessions/": None, "/media/": None},
    "delegate-mesa": {"/enrollment/organizations": None},
}
"""Where each role's menu leads, and the name of the page's picture, where one is kept."""


@pytest.mark.parametrize(
    ("person", "scheme"),
    [(person, "light") for person in PAGES] + [("coordinator", "dark"), ("communications", "dark")],
)
async def test_every_page_of_the_menu_is_one_of_ours(
    chromium: Browser, demonstration: Trial, person: str, scheme: Scheme
) -> None:
    start, *_ = PAGES[person]
    async with visiting(chromium, demonstration, start, person, scheme=scheme) as visitor:
        for path, picture in PAGES[person].items():
            await visitor.open(path)
            title = await visitor.page.get_by_role("heading", level=1).inner_text()
            await expect(visitor.page).to_have_title(f"{title} — Minka")
            await visitor.looks(picture if scheme == "light" else None)


@pytest.mark.parametrize(
    ("person", "path", "picture"),
    [
        ("coordinator", "/enrollment/cohorts", "cohort"),
        ("coordinator", "/enrollment/programmes", None),
        ("coordinator", "/sessions/", "calendar"),
        ("communications", "/media/campaigns", None),
        ("communications", "/media/publications", None),
    ],
)
async def test_what_a_list_leads_to(
    chromium: Browser, demonstration: Trial, person: str, path: str, picture: str | None
) -> None:
    async with visiting(chromium, demonstration, path, person) as visitor:
        await visitor.page.locator("tbody a").last.click()
        await expect(visitor.page.locator(".crumb")).to_be_visible()
        await visitor.looks(picture)


@pytest.mark.parametrize("width", [360, 768, 1024, 1280])
@pytest.mark.parametrize("person", ["coordinator", "communications"])
async def test_menus_and_tables_keep_to_the_screen(
    chromium: Browser, demonstration: Trial, person: str, width: int
) -> None:
    start, *others = PAGES[person]
    async with visiting(chromium, demonstration, start, person, size=(width, 800)) as visitor:
        await keeps_to_the_screen(visitor)
        for path in others:
            await visitor.open(path)
            await keeps_to_the_screen(visitor)
        await visitor.open("/sessions/" if person == "coordinator" else "/media/campaigns")
        await visitor.page.locator("tbody a").first.click()
        await expect(visitor.page.locator(".crumb")).to_be_visible()
        await keeps_to_the_screen(visitor)


async def keeps_to_the_screen(visitor: Visitor) -> None:
    await visitor.is_styled()
    assert await visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), visitor.page.url
    assert await visitor.page.evaluate(OVERFLOWING) == [], visitor.page.url


async def test_no_page_asks_for_what_an_auditor_may_not_see(chromium: Browser, demonstration: Trial) -> None:
    async with visiting(chromium, demonstration, "/sessions/", "auditor") as auditor:
        refused: list[str] = []
        auditor.page.on("response", lambda answer: refused.append(answer.url) if answer.status == 403 else None)
        await auditor.page.locator("tbody a").last.click()
        await auditor.page.locator("tbody a").first.click()
        await expect(auditor.page.locator(".person").first).to_be_visible()
        await auditor.page.wait_for_load_state("networkidle")
        assert refused == []
