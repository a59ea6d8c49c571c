"""`minka migrate`."""

import os
import subprocess
import sys
from typing import Annotated

import typer

from deploy.operator.catalogue import SERVICES
from deploy.operator.errors import OperatorError
from deploy.operator.service_databases import known_service
from deploy.trial.layout import REPOSITORY
from deploy.trial.trial_context import service_variables

Names = Annotated[list[str] | None, typer.Argument(help=f"Which services; all of {', '.join(SERVICES)} by default.")]


def migrate(services: Names = None) -> None:
    """Bring the services' databases to the newest migration: the trial's, or those that the environment names."""
    environment = {**service_variables(), **os.environ}
    for service in services or SERVICES:
        command = [sys.executable, "-m", f"services.{known_service(service)}", "migrate"]
        if subprocess.run(command, cwd=REPOSITORY, env=environment).returncode != 0:
            raise OperatorError(f"Migrating {service} failed; the reason is above.")
