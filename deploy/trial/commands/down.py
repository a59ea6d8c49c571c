"""`minka down`: stops the trial."""

import typer

from chassis.web.texts import _, command
from deploy.trial import layout, runner


@command
def down() -> None:
    """Stop Minka; all data is kept."""
    typer.echo(_("Minka is stopped.") if runner.stop(layout.home()) else _("Minka was not running."))
