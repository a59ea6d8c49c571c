"""`minka up`."""

from typing import Annotated

import typer

from deploy.local import runner
from deploy.local.extent import Extent
from deploy.local.places import Places

Detach = Annotated[bool, typer.Option("--detach", help="Return when all is ready; `minka down` stops it.")]
Demo = Annotated[bool, typer.Option("--demo/--no-demo", help="Load the demonstration, or start empty.")]


def up(detach: Detach = False, demo: Demo = True) -> None:
    """Start Minka on this machine, and stay until Ctrl-C."""
    start = runner.run_detached if detach else runner.run
    start(Places.asked(), Extent.DEMONSTRATION if demo else Extent.EMPTY)
