"""Periodic jobs of visits."""

from datetime import UTC, datetime, timedelta

from chassis.runtime.jobs import Job, Jobs
from services.media.resources import MediaResources
from services.media.visits import salts

jobs: Jobs[MediaResources] = Jobs()


@jobs.every(timedelta(minutes=5), "salts.delete")
async def delete_salts(resources: MediaResources, _job: Job) -> None:
    """Deletes a day's salt an hour after its day."""
    await salts.delete_old(resources.pool, datetime.now(UTC))
