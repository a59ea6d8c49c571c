"""`python -m services.media api|worker|migrate`."""

from chassis.command import run
from services.media.app import service

if __name__ == "__main__":
    run(service)
