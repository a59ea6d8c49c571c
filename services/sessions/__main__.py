"""`python -m services.sessions api|worker|migrate`."""

from chassis.command import run
from services.sessions.app import service

if __name__ == "__main__":
    run(service)
