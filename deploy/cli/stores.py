"""The services' databases, for the operator's commands: from the environment, or else the recorded trial's."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg
from pydantic import SecretStr

from chassis.store.database import Connection, Pool, open_pool
from deploy.local.catalogue import SERVICES
from deploy.local.credentials import credentials
from deploy.local.places import Places, home
from deploy.local.troubles import Trouble
from deploy.local.variables import variables

T = TypeVar("T")


def environment() -> dict[str, str]:
    """The services' settings: the recorded trial's, under what the environment says."""
    places = Places.recorded(home())
    recorded = variables(places, credentials(places.home)) if places else {}
    return {**recorded, **os.environ}


def run(work: Awaitable[T]) -> T:
    """Runs a command's asynchronous part; says in one sentence when a database does not answer."""

    async def answered() -> T:
        try:
            return await work
        except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError):
            raise Trouble("A service's database does not answer; is Minka running? Try `minka status`.") from None

    return asyncio.run(answered())


@asynccontextmanager
async def store(service: str) -> AsyncIterator[Pool]:
    """The database of one service, as its application role."""
    name = f"MINKA_{service.upper()}_DATABASE_URL"
    address = environment().get(name)
    if address is None:
        raise Trouble(f"{name} is not set and no trial is recorded in {home()}.")
    pool = await open_pool(SecretStr(address), "minka", size=1)
    try:
        yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def owned(service: str) -> AsyncIterator[Connection]:
    """The database of one service, as the owner of its tables."""
    name = f"MINKA_{service.upper()}_MIGRATOR_DATABASE_URL"
    address = environment().get(name)
    if address is None:
        raise Trouble(f"{name} is not set and no trial is recorded in {home()}.")
    connection = await asyncpg.connect(address)
    try:
        yield connection
    finally:
        await connection.close()


async def in_each(work: Callable[[str, Pool], Awaitable[T]], services: tuple[str, ...] = SERVICES) -> dict[str, T]:
    """What the work says of each service's database."""
    answers: dict[str, T] = {}
    for service in services:
        async with store(service) as pool:
            answers[service] = await work(service, pool)
    return answers


def checked(service: str) -> str:
    """A service's name as the operator typed it."""
    if service not in SERVICES:
        raise Trouble(f"There is no service {service}; there are {', '.join(SERVICES)}.")
    return service
