"""`python -m deploy.local run | infrastructure | stop | clean | variables`: the runner alone."""

import sys

import typer

from deploy.local import places, runner
from deploy.local.credentials import credentials
from deploy.local.extent import Extent
from deploy.local.places import Places
from deploy.local.progress import say
from deploy.local.troubles import Trouble
from deploy.local.variables import variables

application = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help="The local trial.")


@application.command()
def run(extent: Extent) -> None:
    """Start, and stay until SIGTERM or Ctrl-C."""
    runner.run(Places.asked(), extent)


@application.command()
def infrastructure() -> None:
    """Start only PostgreSQL and Kafka, in the background: for development and tests."""
    runner.run_detached(Places.asked(), Extent.INFRASTRUCTURE)


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


def main() -> None:
    try:
        application()
    except runner.AlreadyRunning as notice:
        say(str(notice))
    except Trouble as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    main()
