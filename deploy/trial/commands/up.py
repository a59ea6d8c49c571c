"""`minka up`: starts the trial."""

from typing import Annotated

import typer

from chassis.web.texts import N_, command
from deploy.trial import runner
from deploy.trial.layout import TrialLayout
from deploy.trial.start_mode import StartMode

Detach = Annotated[bool, typer.Option("--detach", help=N_("Return when everything is ready; `minka down` stops it."))]
Demo = Annotated[bool, typer.Option("--demo/--no-demo", help=N_("Load the demonstration, or start empty."))]


@command
def up(detach: Detach = False, demo: Demo = True) -> None:
    """Start Minka on this machine, and stay until Ctrl-C."""
    start = runner.run_detached if detach else runner.run
    start(TrialLayout.from_environment(), StartMode.DEMONSTRATION if demo else StartMode.EMPTY)
