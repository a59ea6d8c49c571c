"""`python -m deploy.trial run | infrastructure | stop | clean | variables`: the runner's commands."""

import typer

from chassis.web.texts import N_, _
from deploy.operator.command_line import run as run_command_line
from deploy.operator.errors import OperatorError
from deploy.trial import runner
from deploy.trial.credentials import credentials
from deploy.trial.layout import TrialLayout, home
from deploy.trial.progress import say
from deploy.trial.start_mode import StartMode
from deploy.trial.variables import variables

application = typer.Typer(add_completion=False, pretty_exceptions_enable=False, help=N_("The local trial."))


@application.command()
def run(mode: StartMode) -> None:
    """Start, and run until SIGTERM or Ctrl-C."""
    runner.run(TrialLayout.from_environment(), mode)


@application.command()
def infrastructure() -> None:
    """Start only PostgreSQL and Kafka, in the background. Development and tests use this."""
    runner.run_detached(TrialLayout.from_environment(), StartMode.INFRASTRUCTURE)


@application.command()
def stop() -> None:
    """Stop the trial of MINKA_HOME."""
    say(_("Stopped.") if runner.stop(home()) else _("Nothing is running."))


@application.command()
def clean() -> None:
    """Stop, and delete everything under MINKA_HOME."""
    runner.clean(home())


@application.command("variables")
def show_variables() -> None:
    """Print the environment variables of the services of MINKA_HOME, as a shell reads them."""
    recorded = TrialLayout.recorded(home())
    if recorded is None:
        raise OperatorError(_("Nothing was ever started in %(folder)s.", folder=home()))
    for name, value in sorted(variables(recorded, credentials(recorded.home)).items()):
        say(f"{name}={value}")


if __name__ == "__main__":
    run_command_line(application, "python -m deploy.trial")
