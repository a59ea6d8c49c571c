"""`minka down`."""

import typer

from deploy.local import places, runner


def down() -> None:
    """Stop Minka; everything it knows is kept."""
    typer.echo("Minka is stopped." if runner.stop(places.home()) else "Minka was not running.")
