"""The job that finishes an erasure: keys lie in a database of their own, which no transaction shares."""

from uuid import UUID

from chassis.runtime.jobs import Job, Jobs
from chassis.runtime.retry import Backoff
from services.enrollment.identity.keyring import KEPT_NAMES
from services.enrollment.resources import EnrollmentResources
from services.enrollment.rights.service import DESTROY_KEYS, sql

jobs: Jobs[EnrollmentResources] = Jobs()


@jobs.on(DESTROY_KEYS, retries=Backoff())
async def destroy_keys(resources: EnrollmentResources, job: Job) -> None:
    """Destroys the keys of erased people, of the sheets that named them, and then of names in the memory of processes.

    Idempotent, and tried until it succeeds.
    """
    person_ids = [UUID(one) for one in job.payload["person_ids"]]
    for subject in (*person_ids, *(UUID(one) for one in job.payload["import_ids"]), KEPT_NAMES):
        await resources.keyring.destroy(subject)
    await sql.finish_erasures.execute(resources.pool, person_ids=person_ids)
