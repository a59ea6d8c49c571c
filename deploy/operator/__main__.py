"""`python -m deploy.operator`: what `minka` runs in the operator's image."""

from deploy.operator.application import create_application
from deploy.operator.command_line import run

if __name__ == "__main__":
    run(create_application())
