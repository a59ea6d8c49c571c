"""`minka projection`: how far projections have read, reading them again, and the candidate generation of a service."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any, TypeVar

import asyncpg
import typer

from chassis.messaging import admin
from chassis.store.database import Connection, Pool
from chassis.web.texts import N_, _
from deploy.operator.errors import OperatorError
from deploy.operator.output import AsJson, show_answer, show_json, show_table
from deploy.operator.service_databases import (
    for_each_service,
    known_service,
    leave_entry,
    owner_connection,
    run_with_databases,
)

application = typer.Typer(
    no_args_is_help=True,
    help=N_("Projections: list, restart. A candidate generation: rebuild, compare, swap, drop."),
)

T = TypeVar("T")

Service = Annotated[str, typer.Argument(help=N_("The service whose projection it is: reporting."))]
Name = Annotated[str, typer.Argument(help=N_("Its name, as `minka projection list` shows it."))]

COLUMNS = {
    "service": N_("service"),
    "projection": N_("projection"),
    "topic": N_("topic"),
    "partition": N_("partition"),
    "next": N_("next"),
    "read_up_to": N_("read up to"),
    "caught_up_at": N_("caught up at"),
}
"""The columns of the list, and their labels."""

IN_USE = N_("Transactions in progress use the tables of %(service)s; nothing was changed, try again.")

PROBLEMS: dict[type[Exception], str] = {
    admin.NoGenerations: N_("%(service)s has no generations; reporting has."),
    admin.NoCandidate: N_("%(service)s has no candidate generation; create one: minka projection rebuild %(service)s"),
    admin.CandidateExists: N_("%(service)s has a candidate generation already: compare, swap or drop it."),
    admin.NotReady: N_("The candidate of %(service)s is not ready, still to process: %(error)s; wait, and try again."),
    asyncpg.UndefinedFunctionError: N_("The database of %(service)s is older than this command; migrate it first."),
    asyncpg.LockNotAvailableError: IN_USE,
    asyncpg.DeadlockDetectedError: IN_USE,
}
"""The sentence for each error; `error` is its text."""


@application.command("list")
def list_projections(as_json: AsJson = False) -> None:
    """Show how far each projection has read."""
    projections = run_with_databases(_projections())
    if as_json:
        show_json(projections)
    else:
        show_table(list(COLUMNS.values()), ([projection[column] for column in COLUMNS] for projection in projections))


@application.command()
def restart(projection: Name, as_json: AsJson = False) -> None:
    """Read all topics of a projection again from the beginning. Facts stay; what is known counts once."""

    async def restarted(_service: str, pool: Pool) -> int:
        async with pool.acquire() as connection, connection.transaction():
            if number := await admin.restart_projection(connection, projection):
                await leave_entry(connection, "projection restart", projection)
            return number

    partitions = sum(run_with_databases(for_each_service(restarted)).values())
    if not partitions:
        raise OperatorError(_("There is no projection %(name)s; see `minka projection list`.", name=projection))
    sentence = _("%(name)s reads %(number)d partitions again from the beginning.", name=projection, number=partitions)
    show_answer({"projection": projection, "partitions": partitions}, sentence, as_json)


@application.command()
def rebuild(service: Service, as_json: AsJson = False) -> None:
    """Create a candidate generation. The worker reads everything again into it and keeps both up to date."""
    _change_as_owner(service, "projection rebuild", admin.create_candidate)
    sentence = _(
        "%(service)s reads everything again into a candidate generation. Next: minka projection compare %(service)s",
        service=service,
    )
    show_answer({"service": service, "done": "rebuild"}, sentence, as_json)


@application.command()
def compare(service: Service, as_json: AsJson = False) -> None:
    """Show in how many rows the generations differ. The exit status is 1 while they differ."""
    differences = [asdict(difference) for difference in _as_owner(service, admin.compare_generations)]
    if as_json:
        show_json(differences)
    else:
        show_table((N_("what"), N_("only live"), N_("only candidate")), [tuple(row.values()) for row in differences])
    if any(row["only_live"] or row["only_candidate"] for row in differences):
        raise typer.Exit(1)


@application.command()
def swap(service: Service, as_json: AsJson = False) -> None:
    """Make the candidate generation the live one, and the live one the candidate. Swapping again goes back."""
    waited = round(_change_as_owner(service, "projection swap", admin.swap_generations) * 1000)
    sentence = _(
        "The generations of %(service)s are swapped; readers and writers waited %(milliseconds)d ms.",
        service=service,
        milliseconds=waited,
    )
    show_answer({"service": service, "done": "swap", "waited_ms": waited}, sentence, as_json)


@application.command()
def drop(service: Service, as_json: AsJson = False) -> None:
    """Delete the candidate generation."""
    _change_as_owner(service, "projection drop", admin.drop_candidate)
    sentence = _("Only the live generation of %(service)s is left.", service=service)
    show_answer({"service": service, "done": "drop"}, sentence, as_json)


def _change_as_owner(service: str, command: str, work: Callable[[Connection], Awaitable[T]]) -> T:
    """As `_as_owner`, in one transaction with the command's entry in the audit trail."""

    async def changed(connection: Connection) -> T:
        async with connection.transaction():
            await leave_entry(connection, command)
            return await work(connection)

    return _as_owner(service, changed)


def _as_owner(service: str, work: Callable[[Connection], Awaitable[T]]) -> T:
    """Does the work as the owner of the service's tables. Raises `OperatorError` for the errors in `PROBLEMS`."""

    async def connected() -> T:
        async with owner_connection(known_service(service)) as connection:
            try:
                return await work(connection)
            except tuple(PROBLEMS) as error:
                raise OperatorError(_(PROBLEMS[type(error)], service=service, error=error)) from None

    return run_with_databases(connected())


async def _projections() -> list[dict[str, Any]]:
    async def of(service: str, pool: Pool) -> list[dict[str, Any]]:
        return [{"service": service, **projection} for projection in await admin.list_projections(pool)]

    return [projection for found in (await for_each_service(of)).values() for projection in found]
