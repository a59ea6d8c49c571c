"""The job that decides completions again once people are counted as one, or as two again."""

from datetime import timedelta

from chassis.runtime.jobs import Job, Jobs
from chassis.service import Resources
from services.sessions.completion import service

jobs: Jobs[Resources] = Jobs()


@jobs.every(timedelta(seconds=1), "completions.decide_merges")
async def decide_merges(resources: Resources, _job: Job) -> None:
    """Decides the completions of people whose merge is new or in a newer version."""
    await service.decide_merges(resources.pool)
