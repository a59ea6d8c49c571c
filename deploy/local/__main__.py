"""`python -m deploy.local up | infrastructure | stop | clean | variables`: the runner alone."""

import sys
from typing import Annotated

import typer

from deploy.local import places, runner
from deploy.local.credentials import credentials
from deploy.local.places import Places
from deploy.local.progress import say
from deploy.local.troubles import Trouble
from deploy.local.variables import variables

application = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help="The local trial.")

Foreground = Annotated[bool, typer.Option(help="Stay, and stop with Ctrl-C.")]


@application.command()
def up(foreground: Foreground = False) -> None:
    """Start the whole trial."""
    _start("up", foreground)


@application.command()
def infrastructure(foreground: Foreground = False) -> None:
    """Start only PostgreSQL and Kafka, for development and tests."""
    _start("infrastructure", foreground)


@application.command()
def stop() -> None:
    """Stop what runs in MINKA_HOME."""
    say("Stopped." if runner.stop(places.home()) else "Nothing is running.")


@application.command()
def clean() -> None:
    """Stop, and delete everything under MINKA_HOME."""
    runner.clean(places.home())


@application.command("variables")
def show_variables() -> None:
    """Print the environment which services of MINKA_HOME get, for a shell to read."""
    recorded = Places.recorded(places.home())
    if recorded is None:
        raise Trouble(f"Nothing was ever started in {places.home()}.")
    for name, value in sorted(variables(recorded, credentials(recorded.home)).items()):
        say(f"{name}={value}")


def _start(what: str, foreground: bool) -> None:
    start = runner.run if foreground else runner.run_detached
    start(Places.asked(), what)


def main() -> None:
    try:
        application()
    except runner.AlreadyRunning as notice:
        say(str(notice))
    except Trouble as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    main()
