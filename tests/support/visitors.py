"""A visitor with a browser, and checks of the pages that the visitor sees."""

import asyncio
import os
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, Request, expect

from deploy.trial.layout import REPOSITORY
from tests.support.trials import Trial

PATIENCE = 90_000
"""Milliseconds until an element should be visible."""

expect.set_options(timeout=PATIENCE)

Scheme = Literal["light", "dark"]

WIDE, NARROW = (1280, 800), (360, 640)
PICTURES = REPOSITORY / "docs" / "pictures"
LARGEST_PICTURE = 250_000
"""Bytes."""


@dataclass(frozen=True)
class Visitor:
    """A browser page and its finished requests. `scripts` is whether it runs JavaScript; `done` counts what the visitor
    had to do: links and buttons as `clicks`, and `fields` that were filled in, chosen or ticked.
    """

    page: Page
    requests: list[Request]
    scripts: bool
    done: Counter[str] = field(default_factory=Counter)

    async def open(self, path: str) -> None:
        await self.page.goto(path)

    async def follow(self, name: str) -> None:
        """Clicks the link of this name."""
        self.done["clicks"] += 1
        await self.page.get_by_role("link", name=name, exact=True).first.click()

    async def press(self, name: str) -> None:
        """Clicks the button of this name."""
        self.done["clicks"] += 1
        await self.page.get_by_role("button", name=name, exact=True).first.click()

    async def unfold(self, summary: str) -> None:
        self.done["clicks"] += 1
        await self.page.locator("summary").filter(has_text=summary).first.click()

    async def fill(self, **fields: str) -> None:
        """Fills in a form by its labels, spelled with _ for each space: text, or the visible text of a choice."""
        for label, value in fields.items():
            place = self.field(label.replace("_", " "))
            is_choice = await place.evaluate("element => element.tagName === 'SELECT'")
            await (place.select_option(label=value) if is_choice else place.fill(value))
            self.done["fields"] += 1

    async def tick(self, label: str) -> None:
        """Ticks the box of this label, or chooses it."""
        await self.page.get_by_label(label).first.check()
        self.done["fields"] += 1

    async def attach(self, label: str, name: str, content: bytes) -> None:
        """Chooses a file of this name and content."""
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        await self.field(label).set_input_files(file)  # type: ignore[arg-type]
        self.done["fields"] += 1

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(re.compile(rf"^{re.escape(label)}\s*(\(|$)")).first

    async def reads(self, text: str | re.Pattern[str]) -> None:
        """Waits until this text is visible on the page."""
        await expect(self.page.get_by_text(text).first).to_be_visible()

    async def downloaded(self, name: str) -> bytes:
        """The file behind the link of this name."""
        async with self.page.expect_download() as download:
            await self.follow(name)
        path = await (await download.value).path()
        return await asyncio.to_thread(path.read_bytes)

    async def looks(self, picture: str | None = None) -> None:
        """Checks accessibility and that the page fits a phone. Saves a picture when pictures are wanted."""
        await self.is_styled()
        if self.scripts:  # axe needs them
            found = await Axe().run(self.page)
            wrong = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found.response["violations"]]
            assert wrong == [], f"{self.page.url}: {wrong}"
        before = self.page.viewport_size
        assert before is not None
        await self.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        assert await self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), self.page.url
        await self.page.set_viewport_size(before)
        if picture:
            await keep_picture(self.page, picture)

    async def is_styled(self) -> None:
        """Waits until the style sheet is applied. A slow page can be read, and be too wide, before it."""
        await self.page.wait_for_load_state()

    async def forget(self) -> None:
        """Clears the cache and the counted requests, as before the first page."""
        session = await self.page.context.new_cdp_session(self.page)
        await session.send("Network.clearBrowserCache")
        self.requests.clear()

    async def transferred(self) -> int:
        """The bytes transferred so far, including headers."""
        sizes = [await request.sizes() for request in self.requests if not request.url.startswith("data:")]
        return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes)


@asynccontextmanager
async def visiting(
    chromium: Browser,
    trial: Trial,
    path: str = "/",
    person: str | None = None,
    *,
    size: tuple[int, int] = WIDE,
    scheme: Scheme = "light",
    scripts: bool = True,
    language: str = "es-PE",
) -> AsyncIterator[Visitor]:
    """Opens a page, signed in if a person is named. All requests must go to Minka, and no script may fail."""
    context = await chromium.new_context(
        base_url=trial.url, locale=language, timezone_id="America/Lima", java_script_enabled=scripts,
        color_scheme=scheme, viewport={"width": size[0], "height": size[1]},
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    finished: list[Request] = []
    asked: list[str] = []
    problems: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfinished", lambda request: finished.append(request))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if "Security Policy" in message.text else None)
    await page.goto(path)
    if person:
        await page.locator(f"button[value='{person}']").click()
        await expect(page.locator(".who")).to_contain_text("Salir")
    yield Visitor(page, finished, scripts)
    await context.close()
    assert problems == []
    assert [url for url in asked if not url.startswith((f"{trial.url}/", "data:", "blob:"))] == []


async def keep_picture(page: Page, name: str) -> None:
    """Writes docs/pictures/NAME.png where MINKA_PICTURES=1 asks for it (`make pictures`)."""
    if os.environ.get("MINKA_PICTURES") != "1":
        return
    PICTURES.mkdir(exist_ok=True)
    picture: dict[str, Any] = {"path": PICTURES / f"{name}.png", "animations": "disabled", "caret": "hide"}
    assert len(await page.screenshot(**picture)) <= LARGEST_PICTURE
