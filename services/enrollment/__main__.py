"""`python -m services.enrollment api|worker|migrate`"""

from chassis.service import run
from services.enrollment.app import service

run(service)
