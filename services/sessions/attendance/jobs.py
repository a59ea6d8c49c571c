"""The job that decides scans again once their enrollment is known, or known in a newer version."""

from datetime import timedelta

from chassis.runtime.jobs import Job, Jobs
from chassis.service import Resources
from services.sessions.attendance import service

jobs: Jobs[Resources] = Jobs()


@jobs.every(timedelta(seconds=1), "scans.decide")
async def decide_waiting_scans(resources: Resources, _job: Job) -> None:
    """Decides the scans without attendance whose enrollment changed since they were decided."""
    await service.decide_waiting_scans(resources.pool)
