"""The commands of `minka`, and how it fails: one sentence, and a status that is not zero."""

import sys

import typer

from deploy.cli.deadletters import application as deadletters
from deploy.cli.demo import demo
from deploy.cli.doctor import doctor
from deploy.cli.down import down
from deploy.cli.import_ import import_sheet
from deploy.cli.migrate import migrate
from deploy.cli.projection import application as projection
from deploy.cli.republish import republish
from deploy.cli.status import status
from deploy.cli.token import token
from deploy.cli.topics import application as topics
from deploy.cli.up import up
from deploy.cli.users import application as users
from deploy.local.runner import AlreadyRunning
from deploy.local.troubles import Trouble

COMMANDS = (up, down, status, doctor, demo, migrate, republish, token)
GROUPS = {"topics": topics, "users": users, "deadletters": deadletters, "projection": projection}


def create_application() -> typer.Typer:
    application = typer.Typer(
        name="minka",
        help="Runs and looks after Minka.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for command in COMMANDS:
        application.command()(command)
    application.command("import")(import_sheet)
    for name, group in GROUPS.items():
        application.add_typer(group, name=name)
    return application


def main() -> None:
    try:
        create_application()(prog_name="minka")
    except AlreadyRunning as notice:
        print(notice)
    except Trouble as trouble:
        sys.exit(str(trouble))
