"""The job that erases an application: keys lie in a database of their own, which no transaction shares."""

from uuid import UUID

from chassis.runtime.jobs import Job, Jobs
from chassis.runtime.retry import Backoff
from services.enrollment.applications.service import ERASE_APPLICATION, sql
from services.enrollment.resources import EnrollmentResources

jobs: Jobs[EnrollmentResources] = Jobs()


@jobs.on(ERASE_APPLICATION, retries=Backoff())
async def erase(resources: EnrollmentResources, job: Job) -> None:
    """Destroys the application's key, and removes it if it still waits. Idempotent, and tried until it succeeds."""
    application_id = UUID(job.payload["application_id"])
    await resources.keyring.destroy(application_id)
    await sql.remove_applications.execute(resources.pool, application_ids=[application_id])
