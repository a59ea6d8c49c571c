"""`python -m deploy.trial.demo`: the command `minka demo` alone."""

import typer

from deploy.operator.command_line import run
from deploy.trial.demo.command import demo

application = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
application.command()(demo)

if __name__ == "__main__":
    run(application)
