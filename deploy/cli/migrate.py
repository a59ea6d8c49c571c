"""`minka migrate`."""

import os
import subprocess
import sys
from typing import Annotated

import typer

from deploy.local import places as local
from deploy.local.catalogue import SERVICES
from deploy.local.credentials import credentials
from deploy.local.places import REPOSITORY, Places
from deploy.local.troubles import Trouble
from deploy.local.variables import variables

Names = Annotated[list[str] | None, typer.Argument(help=f"Which services; all of {', '.join(SERVICES)} by default.")]


def migrate(services: Names = None) -> None:
    """Bring the services' databases to the newest migration: the trial's, or those that the environment names."""
    places = Places.recorded(local.home())
    trial = variables(places, credentials(places.home)) if places else {}
    for service in services or SERVICES:
        command = [sys.executable, "-m", f"services.{service}", "migrate"]
        result = subprocess.run(command, cwd=REPOSITORY, env={**trial, **os.environ})
        if result.returncode != 0:
            raise Trouble(f"Migrating {service} failed; the reason stands above.")
