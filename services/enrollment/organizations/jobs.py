"""The job that forgets a contact that was erased."""

from uuid import UUID

from chassis.runtime.jobs import Job, Jobs
from chassis.runtime.retry import Backoff
from services.enrollment.organizations.contacts import DESTROY_KEY
from services.enrollment.resources import EnrollmentResources

jobs: Jobs[EnrollmentResources] = Jobs()


@jobs.on(DESTROY_KEY, retries=Backoff())
async def destroy_key(resources: EnrollmentResources, job: Job) -> None:
    """Destroys the key of a contact. Idempotent."""
    await resources.keyring.destroy(UUID(job.payload["contact_id"]))
