"""The jobs that follow a newer version of an enrollment: scans are decided again, and profiles corrected."""

from datetime import timedelta

from chassis.runtime.jobs import Job, Jobs
from chassis.service import Resources
from services.sessions.attendance import service

jobs: Jobs[Resources] = Jobs()


@jobs.every(timedelta(seconds=1), "scans.decide")
async def decide_waiting_scans(resources: Resources, _job: Job) -> None:
    """Decides the scans without attendance whose enrollment changed since they were decided."""
    await service.decide_waiting_scans(resources.pool)


@jobs.every(timedelta(seconds=1), "profiles.follow")
async def follow_corrected_profiles(resources: Resources, _job: Job) -> None:
    """Gives attendance and completions the corrected profile of their enrollment."""
    await service.follow_corrected_profiles(resources.pool)
