"""`python -m services.enrollment api|worker|migrate`."""

from chassis.command import run
from services.enrollment.app import service

if __name__ == "__main__":
    run(service)
