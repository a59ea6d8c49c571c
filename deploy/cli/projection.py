"""`minka projection`: where the projections stand, and how one is read again, in place or in a generation beside it."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import asyncpg
import typer

from chassis.messaging import generations
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from deploy.cli.output import AsJson, show_json, show_table
from deploy.cli.stores import checked, in_each, owned, run
from deploy.local.troubles import Trouble

messaging_sql = queries("chassis.messaging")
projection_sql = queries("chassis.messaging.projections")
application = typer.Typer(no_args_is_help=True, help="Projections: list, restart; rebuild beside, compare, swap, drop.")

T = TypeVar("T")

Service = Annotated[str, typer.Argument(help="The service whose projection it is: reporting.")]

NOTHING_BESIDE = "No generation stands beside the live one; begin one: minka projection rebuild SERVICE"

SHOWN = ("service", "projection", "topic", "partition", "next", "read_up_to", "caught_up_at")


@application.command("list")
def list_projections(as_json: AsJson = False) -> None:
    """Show how far each projection has read."""
    positions = run(_positions())
    if as_json:
        show_json(positions)
    else:
        show_table(SHOWN, ([position[column] for column in SHOWN] for position in positions))


@application.command()
def restart(projection: Annotated[str, typer.Argument(help="Its name, as `minka projection list` shows it.")]) -> None:
    """Read all topics of a projection again from the beginning. Facts stay; what is known counts once."""

    async def forget(service: str, pool: Pool) -> int:
        return len(await pool.fetch(projection_sql.restart_projection.text, projection))

    moved = sum(run(in_each(forget)).values())
    if not moved:
        raise Trouble(f"There is no projection {projection}; see `minka projection list`.")
    print(f"{projection} reads {moved} partitions again from the beginning.")


@application.command()
def rebuild(service: Service) -> None:
    """Begin a second generation beside the live one: the worker reads everything again, and goes on reading both."""
    _as_owner(service, messaging_sql.create_candidate.execute, asyncpg.DuplicateSchemaError,
              "A generation stands beside the live one already: compare, swap or drop it.")  # fmt: skip
    print(f"{service} reads everything again, beside. Next: minka projection compare {service}")


@application.command()
def compare(service: Service, as_json: AsJson = False) -> None:
    """Show in how many rows the two generations differ; exit 1 where they do, or where one is still being made."""
    differences = _as_owner(service, _differences(service), asyncpg.UndefinedTableError, NOTHING_BESIDE)
    if as_json:
        show_json(differences)
    else:
        show_table(("what", "only_live", "only_candidate"), [tuple(row.values()) for row in differences])
    if any(row["only_live"] or row["only_candidate"] for row in differences):
        raise typer.Exit(1)


@application.command()
def swap(service: Service) -> None:
    """Let the generation beside take the live one's place, which then stands beside it; again to go back."""
    try:
        seconds = _as_owner(service, _swapping(service), asyncpg.InvalidSchemaNameError, NOTHING_BESIDE)
    except generations.NotReady as error:
        raise Trouble(f"The generation beside is not ready: {error}; wait, and try again.") from None
    print(f"The generations of {service} changed places; everybody waited {seconds * 1000:.0f} ms.")


@application.command()
def drop(service: Service) -> None:
    """Remove the generation that stands beside the live one."""
    _as_owner(service, messaging_sql.drop_candidate.execute, asyncpg.InvalidSchemaNameError,
              NOTHING_BESIDE)  # fmt: skip
    print(f"Only the live generation of {service} is left.")


def _differences(service: str) -> Callable[[Connection], Awaitable[list[dict[str, Any]]]]:
    async def ask(connection: Connection) -> list[dict[str, Any]]:
        query = queries(f"services.{service}.generations").differences
        return [dict(row) for row in await query.fetch(connection)]

    return ask


def _swapping(service: str) -> Callable[[Connection], Awaitable[float]]:
    async def change(connection: Connection) -> float:
        return await generations.swap(connection, queries(f"services.{service}.generations").missing_in_candidate.text)

    return change


def _as_owner(service: str, work: Callable[[Connection], Awaitable[T]], missing: type[Exception], remedy: str) -> T:
    """Does the work as the owner of the service's tables; `missing` is told with its remedy."""

    async def connected() -> T:
        async with owned(checked(service)) as connection:
            if not await connection.fetchval(messaging_sql.has_generations.text):
                raise Trouble(f"{service} projects nothing in generations; reporting does.")
            try:
                return await work(connection)
            except missing:
                raise Trouble(remedy) from None

    return run(connected())


async def _positions() -> list[dict[str, Any]]:
    async def of(service: str, pool: Pool) -> list[dict[str, Any]]:
        return [{"service": service, **dict(row)} for row in await pool.fetch(projection_sql.list_projections.text)]

    return [position for positions in (await in_each(of)).values() for position in positions]
