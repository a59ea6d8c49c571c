"""Chromium for tests, and applications that listen on a port."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, async_playwright
from starlette.types import ASGIApp

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

OVERFLOWING = """[...document.querySelectorAll("nav li > a, tbody tr > :is(:first-child, .action), main > *")]
    .filter((element) => element.offsetHeight && element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => element.outerHTML)"""
"""The parts of menus, the first and last columns of tables and everything else on a page that stand off the screen."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with a browser share its event loop; all others have one of their own."""
    for item in items:
        if "shared_chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_chromium() -> AsyncIterator[Browser]:
    """The machine's own Chromium, started once for a process of the test run."""
    if (program := shutil.which("chromium-headless-shell") or shutil.which("chromium")) is None:
        pytest.skip("Chromium is not installed (as root, `make test` installs it)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def chromium(shared_chromium: Browser) -> AsyncIterator[Browser]:
    """The shared browser. What a test opened in it is closed after the test."""
    yield shared_chromium
    for context in shared_chromium.contexts:
        await context.close()


@asynccontextmanager
async def listening(app: ASGIApp, listener: socket.socket) -> AsyncIterator[None]:
    """Serves the application on a bound socket (`free_port`) until the block ends."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server._serve([listener]))  # `serve` would take over the signals
    while not server.started:
        await asyncio.sleep(0.01)
    yield
    server.should_exit = True
    await serving


def free_port() -> tuple[socket.socket, str]:
    """A bound socket and its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"
