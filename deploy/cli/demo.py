"""`minka demo`: loads the demonstration into a running trial, once."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import httpx
import typer

from deploy.cli.here import recorded_places
from deploy.demo.client import Client, Refusal
from deploy.demo.live import go_on
from deploy.demo.load import load
from deploy.local.places import Places
from deploy.local.progress import say, step
from deploy.local.troubles import Trouble

Live = Annotated[bool, typer.Option("--live", help="Go on slowly, until stopped.")]
Url = Annotated[str, typer.Option(help="The address of a trial that does not run from this folder.")]


def demo(live: Live = False, url: Url = "") -> None:
    """Load the demonstration's year through the interfaces a user has. Loading it again changes nothing."""
    try:
        if live:
            asyncio.run(_live(url or recorded_places().public_url))
        else:
            asyncio.run(_load_there(url) if url else _load(recorded_places()))
    except (Refusal, httpx.HTTPError) as error:
        raise Trouble(f"The demonstration did not load: {error or type(error).__name__}") from None


async def _load(places: Places) -> None:
    if places.demonstration_loaded.exists():
        say("The demonstration is there already.")
        return
    async with _http(places.public_url) as http:
        await load(Client(http), places.home / "demo", places.public_url, step)
    places.demonstration_loaded.touch()


async def _load_there(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with _http(url) as http:
            await load(Client(http), Path(folder), url, step)


async def _live(url: str) -> None:
    async with _http(url) as http:
        await go_on(Client(http))


def _http(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=120)
