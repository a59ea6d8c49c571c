"""The services' databases, at the addresses that the environment names."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import asyncpg
from pydantic import SecretStr

from chassis.store.database import Connection, Pool, open_pool
from chassis.web.texts import _
from deploy.operator.catalogue import SERVICES
from deploy.operator.errors import OperatorError, required

T = TypeVar("T")


def run_with_databases(work: Awaitable[T]) -> T:
    """Runs a command's asynchronous part. Raises `OperatorError` when a database does not answer."""

    async def answered() -> T:
        try:
            return await work
        except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError):
            raise OperatorError(
                _("A service's database does not answer; is Minka running? Try `minka status`.")
            ) from None

    return asyncio.run(answered())


@asynccontextmanager
async def service_pool(service: str) -> AsyncIterator[Pool]:
    """The database of one service, as its application role."""
    pool = await open_pool(SecretStr(_address(service, "DATABASE_URL")), "minka", size=1)
    try:
        yield pool
    finally:
        await pool.close()


@asynccontextmanager
async def owner_connection(service: str) -> AsyncIterator[Connection]:
    """The database of one service, as the owner of its tables."""
    connection = await asyncpg.connect(_address(service, "MIGRATOR_DATABASE_URL"))
    try:
        yield connection
    finally:
        await connection.close()


async def for_each_service(
    work: Callable[[str, Pool], Awaitable[T]], services: tuple[str, ...] = SERVICES
) -> dict[str, T]:
    """The result of the work on each service's database, by service."""
    results: dict[str, T] = {}
    for service in services:
        async with service_pool(service) as pool:
            results[service] = await work(service, pool)
    return results


def known_service(service: str) -> str:
    """The service's name as the operator typed it. Raises `OperatorError` when there is none of this name."""
    if service not in SERVICES:
        raise OperatorError(
            _("There is no service %(service)s; there are %(services)s.", service=service, services=", ".join(SERVICES))
        )
    return service


def _address(service: str, setting: str) -> str:
    return required(f"MINKA_{service.upper()}_{setting}")
