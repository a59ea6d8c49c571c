"""The weekly look at what is to be deducted from the public figures for merged people."""

from datetime import timedelta

from chassis.runtime.jobs import Job, Jobs
from chassis.store.database import lock
from services.reporting.counting.service import mark_stale
from services.reporting.indicators.registry import PEOPLE
from services.reporting.publishing.deductions import publish_deductions
from services.reporting.publishing.publisher import PUBLIC_FIGURES
from services.reporting.resources import ReportingResources

DEDUCTION_PERIOD = timedelta(days=7)
"""Long, because somebody who is alone in enrolling people may not tell by the week whom a deduction is for."""

jobs: Jobs[ReportingResources] = Jobs()


@jobs.every(DEDUCTION_PERIOD, "publishing.deduct")
async def deduct(resources: ReportingResources, _job: Job) -> None:
    """Publishes the deductions for merged people, if they have become many."""
    async with resources.pool.acquire() as connection, connection.transaction():
        await lock(connection, PUBLIC_FIGURES)
        # First, because the swap of the generations locks this queue before the other tables.
        await mark_stale(connection, [indicator.id for indicator in PEOPLE])
        await publish_deductions(connection)
