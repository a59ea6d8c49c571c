"""Periodic work that ends offers of seats."""

from datetime import UTC, datetime, timedelta

from chassis.runtime.jobs import Job, Jobs
from services.enrollment.enrollments import offers
from services.enrollment.resources import EnrollmentResources

jobs: Jobs[EnrollmentResources] = Jobs()


@jobs.every(timedelta(minutes=1), offers.END_OFFERS)
async def end_offers(resources: EnrollmentResources, _job: Job) -> None:
    """Ends the offers whose time is over, or whose message reached nobody."""
    await offers.end_offers(resources.pool, datetime.now(UTC))
