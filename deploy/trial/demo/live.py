"""Slow visits after the year is loaded: people open links, so that the figures on the page keep changing.

It enrolls nobody, so whoever imports a sheet sees exactly its people in the number of those enrolled.
"""

import asyncio
import itertools

import structlog

from deploy.trial.demo.client import Client
from deploy.trial.demo.load_media import COMMUNICATIONS
from deploy.trial.demo.visits import phone

log = structlog.get_logger()

PAUSE_SECONDS = 15.0


async def keep_visiting(client: Client) -> None:
    """Opens one link after the other until it is stopped."""
    links = [link["code"] for link in (await client.get(COMMUNICATIONS, "/media/api/links"))["links"]]
    for number, code in zip(itertools.count(), itertools.cycle(links), strict=False):
        await asyncio.sleep(PAUSE_SECONDS)
        await client.visit(f"/media/r/{code}", phone(10_000 + number))
