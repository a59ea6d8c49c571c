"""The commands of the operator's `minka`. A failure is one sentence and an exit status other than zero.

The language is that of the environment: MINKA_LANG, LC_ALL, LC_MESSAGES or LANG.
"""

import sys
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer
from typer.main import get_command

from chassis.version import VERSION
from chassis.web.texts import N_, _
from deploy.operator.deadletters import application as deadletters
from deploy.operator.errors import OperatorError
from deploy.operator.import_sheet import import_sheet
from deploy.operator.output import printable
from deploy.operator.projection import application as projection
from deploy.operator.republish import republish
from deploy.operator.status import status
from deploy.operator.topics import application as topics
from deploy.operator.users import application as users

Commands = Mapping[str, Callable[..., Any]]

COMMANDS: Commands = {"status": status, "republish": republish, "import": import_sheet}
GROUPS = {"topics": topics, "users": users, "deadletters": deadletters, "projection": projection}


def _print_release(is_asked: bool) -> None:
    if is_asked:
        print(f"minka {VERSION}")
        raise typer.Exit


Release = Annotated[
    bool, typer.Option("--version", callback=_print_release, is_eager=True, help=N_("Prints the release, and ends."))
]


def no_command(version: Release = False) -> None:
    """Has the options that stand before a command."""


def create_application(commands: Commands = COMMANDS) -> typer.Typer:
    """The command line with these commands and the operator's groups of commands."""
    application = typer.Typer(
        name="minka",
        help=N_("Runs and looks after Minka."),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    application.callback()(no_command)
    for name, command in commands.items():
        application.command(name)(command)
    for name, group in GROUPS.items():
        application.add_typer(group, name=name)
    return application


def command_line(application: typer.Typer) -> Callable[..., Any]:
    """The commands with their help in the language of the environment."""
    command = get_command(application)
    _translate_help(command)
    return command


def _translate_help(command: Any) -> None:
    for described in (command, *command.params):
        if text := getattr(described, "help", None):
            described.help = _(text)
    for inner in getattr(command, "commands", {}).values():
        _translate_help(inner)


def run(application: typer.Typer) -> None:
    """Runs the command line and exits with its status."""
    try:
        command_line(application)(prog_name="minka")
    except OperatorError as error:
        sys.exit(printable(error))
