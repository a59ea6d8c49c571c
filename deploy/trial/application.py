"""The command `minka` where the trial is installed: the operator's commands and the trial's own."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import typer

from chassis.web.texts import _
from deploy.operator import application as operator
from deploy.operator.command_line import run
from deploy.trial.commands.doctor import doctor
from deploy.trial.commands.down import down
from deploy.trial.commands.import_sheet import import_sheet
from deploy.trial.commands.migrate import migrate
from deploy.trial.commands.status import status
from deploy.trial.commands.token import token
from deploy.trial.commands.up import up
from deploy.trial.demo.command import demo
from deploy.trial.layout import home
from deploy.trial.trial_context import operator_variables

COMMANDS: operator.Commands = {
    "up": up,
    "down": down,
    "status": status,
    "doctor": doctor,
    "demo": demo,
    "migrate": migrate,
    "token": token,
    "import": import_sheet,
}
"""The trial's commands. Two of them replace the operator's of the same name."""


def create_application() -> typer.Typer:
    """The command line of the operator and the trial."""
    application = operator.create_application({**COMMANDS, "republish": operator.COMMANDS["republish"]})
    application.callback()(_use_recorded_trial)
    return application


def main() -> None:
    """Runs the command line and exits with its status."""
    run(create_application(), unset=_never_started)


def _never_started() -> str:
    return _("Nothing was ever started in %(folder)s; `make up` starts Minka.", folder=home())


def _use_recorded_trial(context: typer.Context, version: operator.Release = False) -> None:
    """Gives the operator's commands the addresses of the trial, because they read them from the environment."""
    if context.invoked_subcommand not in COMMANDS:
        context.with_resource(_default_variables(operator_variables()))


@contextmanager
def _default_variables(variables: Mapping[str, str]) -> Iterator[None]:
    """Sets those of the environment variables that are not set, until the block ends."""
    added = {name: value for name, value in variables.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)
