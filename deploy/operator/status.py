"""`minka status`: the health of every process, at the addresses of MINKA_HEALTH_ADDRESS."""

import typer

from chassis.web.texts import command
from deploy.operator.errors import required
from deploy.operator.output import AsJson, show_json
from deploy.operator.process_health import ADDRESS, addresses_of_all, process_health, show


@command
def status(as_json: AsJson = False) -> None:
    """Show what runs and its health. The exit status is 1 unless everything is ready and no consumer is halted."""
    answer = process_health(addresses_of_all(required(ADDRESS)))
    show_json(answer) if as_json else show(answer["health"])
    raise typer.Exit(0 if answer["ready"] else 1)
