"""`minka down`: stops the trial."""

import typer

from deploy.trial import layout, runner


def down() -> None:
    """Stop Minka; all data is kept."""
    typer.echo("Minka is stopped." if runner.stop(layout.home()) else "Minka was not running.")
