"""`python -m services.reporting api|worker|migrate`."""

from chassis.command import run
from services.reporting.app import service

if __name__ == "__main__":
    run(service)
