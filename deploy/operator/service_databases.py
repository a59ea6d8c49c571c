"""The services' databases, at the addresses that the environment names."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from enum import StrEnum
from typing import Annotated, TypeVar

import asyncpg
import typer
from pydantic import SecretStr

from chassis.failures import check_address, message_of
from chassis.store.database import Connection, Pool, open_pool
from chassis.web.audit_trail import store as audit_trail
from chassis.web.texts import N_, _
from deploy.operator.catalogue import SERVICES
from deploy.operator.errors import OperatorError, required

T = TypeVar("T")

ServiceName = Annotated[str, typer.Argument(help=N_("enrollment, sessions, media or reporting."))]

AUTHOR = "command"
"""The author of what operators' commands change: a command does not know who types it, and the server does."""

SIGN_IN = N_("The database of %(service)s refuses the user or the password in %(variable)s; correct it there.")
OLDER = N_("The database of %(service)s is older than this command; migrate it first.")
BUSY = N_("The database of %(service)s is busy and nothing was changed; try again.")
SILENT = N_("The database of %(service)s does not answer; is Minka running? Try `minka status`.")

PROBLEMS: dict[type[Exception], str] = {
    asyncpg.InvalidAuthorizationSpecificationError: SIGN_IN,
    asyncpg.InvalidCatalogNameError: N_("There is no database of the name in %(variable)s; correct it there."),
    asyncpg.ClientConfigurationError: N_(
        "%(variable)s is no address of a database; write it as postgresql://USER:PASSWORD@HOST:PORT/NAME."
    ),
    asyncpg.InsufficientPrivilegeError: N_(
        "The user in %(variable)s may not do this in the database of %(service)s; name the user of the service."
    ),
    asyncpg.UndefinedTableError: OLDER,
    asyncpg.UndefinedColumnError: OLDER,
    asyncpg.UndefinedFunctionError: OLDER,
    asyncpg.InvalidSchemaNameError: OLDER,
    asyncpg.LockNotAvailableError: BUSY,
    asyncpg.QueryCanceledError: BUSY,
    asyncpg.DeadlockDetectedError: BUSY,
    asyncpg.PostgresConnectionError: SILENT,
    asyncpg.OperatorInterventionError: SILENT,
    asyncpg.InterfaceError: SILENT,
    OSError: SILENT,
    asyncpg.PostgresError: N_("The database of %(service)s did not do it (%(reason)s); its log says why."),
}
"""The sentence for each error of a database, the particular before the general."""


def run_with_databases(work: Awaitable[T]) -> T:
    """Runs a command's asynchronous part."""

    async def awaited() -> T:
        # A connection that Ctrl-C cuts short would complain of it in many lines.
        asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
        return await work

    return asyncio.run(awaited())


@asynccontextmanager
async def service_pool(service: str) -> AsyncIterator[Pool]:
    """The database of one service, as its application role. Raises `OperatorError` for the errors in `PROBLEMS`."""
    variable = _variable(service, "DATABASE_URL")
    with _explained(service, variable):
        pool = await open_pool(_address(variable), "minka", size=1)
        try:
            yield pool
        finally:
            await pool.close()


@asynccontextmanager
async def service_change(
    service: str, command: str, subject: object = None, reason: StrEnum | None = None
) -> AsyncIterator[Connection]:
    """A transaction in which a command changes the database of one service, with its entry in the audit trail."""
    async with service_pool(known_service(service)) as pool, pool.acquire() as connection, connection.transaction():
        await leave_entry(connection, command, subject, reason)
        yield connection


async def leave_entry(
    connection: Connection, command: str, subject: object = None, reason: StrEnum | None = None
) -> None:
    """Adds what a command changes to the audit trail, in the caller's transaction."""
    about = None if subject is None else str(subject)
    await audit_trail.add(connection, audit_trail.Entry("write", AUTHOR, command, about, reason=reason))


@asynccontextmanager
async def owner_connection(service: str) -> AsyncIterator[Connection]:
    """The database of one service, as the owner of its tables. Raises `OperatorError` as `service_pool` does."""
    variable = _variable(service, "MIGRATOR_DATABASE_URL")
    with _explained(service, variable):
        connection = await asyncpg.connect(_address(variable).get_secret_value())
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


def _variable(service: str, setting: str) -> str:
    return f"MINKA_{service.upper()}_{setting}"


def _address(variable: str) -> SecretStr:
    """The address in the variable. Raises `ClientConfigurationError` where its port is no number."""
    address = SecretStr(required(variable))
    check_address(address)
    return address


@contextmanager
def _explained(service: str, variable: str) -> Iterator[None]:
    try:
        yield
    except tuple(PROBLEMS) as error:
        message = message_of(error, PROBLEMS)
        raise OperatorError(_(message, service=service, variable=variable, reason=type(error).__name__)) from None
