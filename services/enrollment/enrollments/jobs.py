"""Jobs that end offers of seats, and transfer waiting lists."""

from datetime import UTC, datetime, timedelta

from chassis.runtime.jobs import Job, Jobs
from chassis.runtime.retry import Backoff
from services.enrollment.enrollments import offers, transfers
from services.enrollment.resources import EnrollmentResources

jobs: Jobs[EnrollmentResources] = Jobs()


@jobs.every(timedelta(minutes=1), offers.END_OFFERS)
async def end_offers(resources: EnrollmentResources, _job: Job) -> None:
    """Ends the offers whose time is over, or whose message reached nobody."""
    await offers.end_offers(resources.pool, datetime.now(UTC))


@jobs.on(transfers.MOVE_WAITING, retries=Backoff())
async def move_waiting(resources: EnrollmentResources, job: Job) -> None:
    """Transfers everybody who waits for a seat of a closed cohort to another one."""
    await transfers.move_waiting(resources.pool, job.payload, datetime.now(UTC))
