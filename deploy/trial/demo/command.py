"""`minka demo`: loads the demonstration into a running trial, once.

`python -m deploy.trial.demo` is the same command alone, for the container that loads it.
"""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import httpx
import typer

from chassis.web.texts import N_, _, command
from deploy.operator.errors import OperatorError
from deploy.trial.demo.client import Client, DemonstrationError
from deploy.trial.demo.live import keep_visiting
from deploy.trial.demo.load import load
from deploy.trial.layout import TrialLayout
from deploy.trial.progress import say, step
from deploy.trial.trial_context import recorded_layout

Live = Annotated[bool, typer.Option("--live", help=N_("Keep adding visits slowly, until stopped."))]
Url = Annotated[str, typer.Option(help=N_("The address of a trial that does not run from this folder."))]


@command
def demo(live: Live = False, url: Url = "") -> None:
    """Load the demonstration's year through the interfaces a user has. Loading it again is idempotent."""
    try:
        if live:
            asyncio.run(_live(url or recorded_layout().public_url))
        else:
            asyncio.run(_load_at(url) if url else _load(recorded_layout()))
    except (DemonstrationError, httpx.HTTPError, httpx.InvalidURL) as error:
        reason = str(error) or type(error).__name__
        raise OperatorError(_("The demonstration did not load: %(reason)s", reason=reason)) from None


async def _load(layout: TrialLayout) -> None:
    if layout.demonstration_loaded.exists():
        say(_("The demonstration is loaded already."))
        return
    async with _http(layout.public_url) as http:
        await load(Client(http), layout.home / "demo", layout.public_url, step)
    layout.demonstration_loaded.touch()


async def _load_at(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with _http(url) as http:
            await load(Client(http), Path(folder), url, step)


async def _live(url: str) -> None:
    async with _http(url) as http:
        await keep_visiting(Client(http))


def _http(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=120)
