"""A sheet arrives: it is sealed under a key of its own and waits for its job."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.runtime import jobs
from chassis.store.database import Connection
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.web.problems import Problem
from chassis.web.texts import _
from contracts.territory import Scheme
from services.enrollment.cohorts import no_cohort
from services.enrollment.imports.reading import kind_of
from services.enrollment.refusals import Refused, Unacceptable
from services.enrollment.resources import EnrollmentResources

sql = queries("services.enrollment")

RUN, ERASE = "imports.run", "imports.erase"
KEPT = timedelta(days=30)
"""After which the file and the rows that were not taken can be read by nobody."""

FILE, NAME, HEADINGS, ROW = "imports.file", "imports.name", "imports.headings", "imports.row"
"""What is sealed under an import's key."""

_STATUSES = {"file_too_large": 413, "file_wrong_type": 415, "file_old_excel": 415}


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it was sent, and what was declared about it."""

    content: bytes
    name: str
    cohort_id: UUID | None
    scheme: Scheme | None
    by: str


async def receive(
    connection: Connection, resources: EnrollmentResources, sent: Sent, now: datetime
) -> tuple[UUID, UUID]:
    """Keeps the file and adds its job, in the caller's transaction; returns the ids of import and job.

    Raises a 404 for an unknown cohort.
    """
    if sent.cohort_id and not await connection.fetchval(sql.import_cohort_exists.text, sent.cohort_id):
        raise no_cohort()
    import_id, expires_at = new_id(), now + KEPT
    key = (await resources.keyring.create([import_id]))[import_id]
    name = key.seal(NAME, sent.name.encode())
    await connection.execute(
        sql.import_add.text, import_id, sent.by, sent.cohort_id, sent.scheme, name, now, expires_at
    )
    await connection.execute(sql.import_add_file.text, import_id, key.seal(FILE, sent.content))
    payload = {"import_id": str(import_id)}
    await jobs.add(connection, ERASE, payload, due_at=expires_at)
    return import_id, await jobs.add(connection, RUN, payload)


def check(content: bytes) -> None:
    """Raises the problem that a glance at the file already shows."""
    try:
        kind_of(content)
    except Unacceptable as error:
        raise problem_of(error.refusal) from None


def problem_of(refused: Refused) -> Problem:
    """The answer to a file that cannot be taken."""
    status = _STATUSES.get(refused.code, 422)
    return Problem(status, refused.code, _(refused.detail), field=refused.field, remedy=_(refused.remedy))
