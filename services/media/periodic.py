"""Periodic work of this service."""

from datetime import UTC, datetime, timedelta

from chassis.runtime.jobs import Job, Jobs
from services.media import salts
from services.media.resources import MediaResources

jobs: Jobs[MediaResources] = Jobs()


@jobs.every(timedelta(minutes=5), "salts.delete")
async def delete_salts(resources: MediaResources, _job: Job) -> None:
    """A day's salt goes an hour after its day."""
    await salts.delete_old(resources.pool, datetime.now(UTC))
