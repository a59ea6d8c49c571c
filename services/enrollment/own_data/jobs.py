"""Periodic work that forgets which documents were looked for."""

from datetime import timedelta

from chassis.runtime.jobs import Job, Jobs
from services.enrollment.own_data.service import sql
from services.enrollment.resources import EnrollmentResources

jobs: Jobs[EnrollmentResources] = Jobs()


@jobs.every(timedelta(hours=1), "own_data.forget_tries")
async def forget_tries(resources: EnrollmentResources, _job: Job) -> None:
    """Deletes the tries that count no more. Idempotent."""
    await sql.forget_tries.execute(resources.pool)
