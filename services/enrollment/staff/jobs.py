"""Jobs that move cohorts on the days of an absence, and that forget the names of those who left."""

from datetime import UTC, datetime
from uuid import UUID

from chassis.runtime.jobs import Job, Jobs
from chassis.runtime.retry import Backoff
from services.enrollment.resources import EnrollmentResources
from services.enrollment.staff.absences import APPLY, apply_on_day
from services.enrollment.staff.service import DESTROY_KEY

jobs: Jobs[EnrollmentResources] = Jobs()


@jobs.on(APPLY, retries=Backoff())
async def apply(resources: EnrollmentResources, job: Job) -> None:
    """Gives somebody's cohorts to whoever has them today."""
    await apply_on_day(resources.pool, job.payload, datetime.now(UTC))


@jobs.on(DESTROY_KEY, retries=Backoff())
async def destroy_key(resources: EnrollmentResources, job: Job) -> None:
    """Destroys the key of somebody who was removed from the directory. Idempotent."""
    await resources.keyring.destroy(UUID(job.payload["staff_id"]))
