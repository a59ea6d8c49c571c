"""`minka deadletters`: records that could not be handled, and what becomes of them. Values are never shown."""

from typing import Annotated, Any

import typer

from chassis import jobs
from chassis.database import Pool, queries
from deploy.cli.output import AsJson, show_json, show_table
from deploy.cli.stores import checked, in_each, run, store
from deploy.local.troubles import Trouble

sql = queries("chassis")
application = typer.Typer(no_args_is_help=True, help="Records that could not be handled: list, redrive, discard.")

Everything = Annotated[bool, typer.Option("--all", help="Settled ones too.")]
ServiceName = Annotated[str, typer.Argument(help="enrollment, sessions, media or reporting.")]
Letter = Annotated[int | None, typer.Argument(help="The dead letter's id; none means all that wait.")]

SHOWN = ("service", "id", "kind", "state", "topic", "partition", "offset", "type", "error", "attempts", "parked_at")


@application.command("list")
def list_letters(everything: Everything = False, as_json: AsJson = False) -> None:
    """Show what waits, service by service."""
    letters = run(_letters(everything))
    if as_json:
        show_json(letters)
    elif not letters:
        print("No dead letters.")
    else:
        show_table(SHOWN, ([letter[column] for column in SHOWN] for letter in letters))


@application.command()
def redrive(service: ServiceName, letter: Letter = None) -> None:
    """Ask the service's worker to handle one dead letter again, or all of them, in order."""
    print(
        f"{run(_redrive(checked(service), letter))} dead letters will be handled again; see `minka deadletters list`."
    )


@application.command()
def discard(
    service: ServiceName,
    letter: Annotated[int, typer.Argument(help="The dead letter's id.")],
    reason: Annotated[str, typer.Option(help="Why it is not needed; kept with it.")],
) -> None:
    """Give up one dead letter. Later records of its key are handled when they are redriven."""
    if not run(_discard(checked(service), letter, reason)):
        raise Trouble(f"{service} has no waiting dead letter {letter}; see `minka deadletters list`.")


async def _letters(everything: bool) -> list[dict[str, Any]]:
    async def of(service: str, pool: Pool) -> list[dict[str, Any]]:
        return [{"service": service, **dict(row)} for row in await pool.fetch(sql.list_dead_letters, everything)]

    return [letter for letters in (await in_each(of)).values() for letter in letters]


async def _redrive(service: str, letter: int | None) -> int:
    async with store(service) as pool, pool.acquire() as connection, connection.transaction():
        asked = await connection.fetch(sql.ask_redrive, letter)
        await jobs.add(connection, "deadletters.redrive", {})
        return len(asked)


async def _discard(service: str, letter: int, reason: str) -> bool:
    async with store(service) as pool:
        return await pool.fetchval(sql.discard_letter, letter, reason) is not None
