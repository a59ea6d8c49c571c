"""`minka demo`: loads the demonstration into a running trial, once."""

import asyncio
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


def demo(live: Annotated[bool, typer.Option("--live", help="Go on slowly, until stopped.")] = False) -> None:
    """Load the demonstration's year through the interfaces a user has. Loading it again changes nothing."""
    places = recorded_places()
    try:
        asyncio.run(_live(places) if live else _load(places))
    except (Refusal, httpx.HTTPError) as error:
        raise Trouble(f"The demonstration did not load: {error or type(error).__name__}") from None


async def _load(places: Places) -> None:
    if places.demonstration_loaded.exists():
        say("The demonstration is there already.")
        return
    async with _http(places) as http:
        await load(Client(http), places.home / "demo", places.public_url, step)
    places.demonstration_loaded.touch()


async def _live(places: Places) -> None:
    async with _http(places) as http:
        await go_on(Client(http))


def _http(places: Places) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=places.public_url, timeout=120)
