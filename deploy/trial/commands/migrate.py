"""`minka migrate`."""

import os
import subprocess
import sys
from typing import Annotated

import typer

from chassis.web.texts import N_, command
from deploy.operator.catalogue import SERVICES
from deploy.operator.command_line import NOT_DONE
from deploy.operator.service_databases import known_service
from deploy.trial.layout import REPOSITORY
from deploy.trial.trial_context import service_variables

Names = Annotated[list[str] | None, typer.Argument(help=N_("Which services; all of them by default."))]


Before = Annotated[bool, typer.Option("--before", help=N_("Only what may be applied while the former release runs."))]
After = Annotated[bool, typer.Option("--after", help=N_("Only what no process of the former release may still need."))]


@command
def migrate(services: Names = None, before: Before = False, after: After = False) -> None:
    """Bring the services' databases to the newest migration: the trial's, or those that the environment names."""
    environment = {**service_variables(), **os.environ}
    halves = ["--before"] * before + ["--after"] * after
    for service in services or SERVICES:
        arguments = [sys.executable, "-m", f"services.{known_service(service)}", "migrate", *halves]
        if subprocess.run(arguments, cwd=REPOSITORY, env=environment).returncode != 0:
            raise typer.Exit(NOT_DONE)  # the service has said why
