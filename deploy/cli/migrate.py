"""`minka migrate`."""

import subprocess
import sys
from typing import Annotated

import typer

from deploy.cli.stores import checked, environment
from deploy.local.catalogue import SERVICES
from deploy.local.places import REPOSITORY
from deploy.local.troubles import Trouble

Names = Annotated[list[str] | None, typer.Argument(help=f"Which services; all of {', '.join(SERVICES)} by default.")]


def migrate(services: Names = None) -> None:
    """Bring the services' databases to the newest migration: the trial's, or those that the environment names."""
    for service in services or SERVICES:
        command = [sys.executable, "-m", f"services.{checked(service)}", "migrate"]
        result = subprocess.run(command, cwd=REPOSITORY, env=environment())
        if result.returncode != 0:
            raise Trouble(f"Migrating {service} failed; the reason stands above.")
