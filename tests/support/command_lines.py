"""The command `minka` in the test's own process."""

from typer.testing import CliRunner, Result

from deploy.trial.application import create_application


def minka(*arguments: str) -> Result:
    """Runs the operator's and the trial's command line with the environment of the test."""
    return CliRunner().invoke(create_application(), arguments)
