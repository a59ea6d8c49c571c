"""`python -m services.reporting api|worker|migrate`."""

from chassis.service import run
from services.reporting.app import service

run(service)
