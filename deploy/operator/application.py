"""The commands of the operator's `minka`.

The language is that of the environment: MINKA_LANG, LC_ALL, LC_MESSAGES or LANG.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from chassis.version import VERSION
from chassis.web.texts import N_
from deploy.operator.deadletters import application as deadletters
from deploy.operator.import_sheet import import_sheet
from deploy.operator.jobs import application as jobs
from deploy.operator.projection import application as projection
from deploy.operator.republish import republish
from deploy.operator.status import status
from deploy.operator.topics import application as topics
from deploy.operator.users import application as users

Commands = Mapping[str, Callable[..., Any]]

COMMANDS: Commands = {"status": status, "republish": republish, "import": import_sheet}
GROUPS = {"topics": topics, "users": users, "deadletters": deadletters, "jobs": jobs, "projection": projection}


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
