"""`minka projection`: where the projections stand, and how one is read again from the beginning."""

from typing import Annotated, Any

import typer

from chassis.database import Pool, queries
from deploy.cli.output import AsJson, show_json, show_table
from deploy.cli.stores import in_each, run
from deploy.local.troubles import Trouble

sql = queries("chassis")
application = typer.Typer(no_args_is_help=True, help="Projections: list, restart.")

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
        return len(await pool.fetch(sql.restart_projection, projection))

    moved = sum(run(in_each(forget)).values())
    if not moved:
        raise Trouble(f"There is no projection {projection}; see `minka projection list`.")
    print(f"{projection} reads {moved} partitions again from the beginning.")


async def _positions() -> list[dict[str, Any]]:
    async def of(service: str, pool: Pool) -> list[dict[str, Any]]:
        return [{"service": service, **dict(row)} for row in await pool.fetch(sql.list_projections)]

    return [position for positions in (await in_each(of)).values() for position in positions]
