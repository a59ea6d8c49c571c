"""What happened before a test begins."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from chassis.store.database import transaction
from chassis.store.identifiers import new_id
from contracts.enrollment import Purpose
from services.enrollment.applications import Application, Outcome
from services.enrollment.cohorts import OpenCohort, assign, open_cohort
from services.enrollment.consent import Agreement
from services.enrollment.documents import Document, DocumentType
from services.enrollment.enrolling import enroll
from services.enrollment.names import Names
from services.enrollment.programmes import PublishProgramme, publish_programme
from services.enrollment.resources import EnrollmentResources
from services.enrollment.withdrawing import withdraw, withdraw_consent

NOW = datetime(2025, 5, 20, 15, 0, tzinfo=UTC)
AGREES = (Agreement(Purpose.TRAINING, "2025-04"),)

_documents = count(40_000_000)
_codes = count(1)


async def a_cohort(resources: EnrollmentResources, capacity: int = 30, facilitator: str = "facilitator-0601") -> UUID:
    """An open cohort of a programme of its own, given to the facilitator."""
    code = f"TEST-{next(_codes)}"
    programme = PublishProgramme(
        code=code, title=f"Programa {code}", starts_on=date(2025, 4, 1), ends_on=date(2025, 12, 31)
    )
    cohort = OpenCohort(
        programme_id=programme.programme_id,
        name=f"Cohorte {code}",
        province="0601",
        capacity=capacity,
        starts_on=date(2025, 4, 1),
        ends_on=date(2025, 12, 31),
    )
    async with transaction(resources.pool, programme.programme_id, cohort.cohort_id) as connection:
        await publish_programme(connection, programme, NOW)
        await open_cohort(connection, cohort, NOW)
        await assign(connection, cohort.cohort_id, facilitator, NOW)
    return cohort.cohort_id


def an_application(cohort_id: UUID, **changed: Any) -> Application:
    """An application that lacks nothing, of somebody nobody knows."""
    application = Application(
        enrollment_id=new_id(),
        cohort_id=cohort_id,
        document=Document(DocumentType.DNI, str(next(_documents))),
        names=Names("Rosa Elena", "Quispe Huamán"),
        district="060101",
        consents=AGREES,
        birth_date=date(1987, 5, 12),
    )
    return replace(application, **changed)


async def applies(resources: EnrollmentResources, application: Application, now: datetime = NOW) -> Outcome:
    """What comes of the application, in a transaction of its own."""
    async with resources.pool.acquire() as connection, connection.transaction():
        return await enroll(connection, resources, application, now)


async def withdraws(resources: EnrollmentResources, enrollment_id: UUID) -> None:
    """The enrollment is withdrawn, in a transaction of its own."""
    async with resources.pool.acquire() as connection, connection.transaction():
        assert await withdraw(connection, enrollment_id, NOW)


async def takes_back(resources: EnrollmentResources, person_id: UUID, purpose: Purpose) -> None:
    """The person takes a consent back, in a transaction of its own."""
    async with resources.pool.acquire() as connection, connection.transaction():
        assert await withdraw_consent(connection, resources.keyring, person_id, purpose, NOW)


async def said(resources: EnrollmentResources, subject: UUID | None = None) -> list[str]:
    """The names of the events written down so far, of one subject or of all, in order."""
    rows = await resources.pool.fetch("SELECT type, aggregateid FROM outbox ORDER BY id")
    return [row["type"].split(".")[2] for row in rows if subject is None or row["aggregateid"] == str(subject)]


async def bodies(resources: EnrollmentResources, name: str) -> list[dict[str, Any]]:
    """The bodies of the events of one name, in order."""
    rows = await resources.pool.fetch(
        "SELECT payload::jsonb AS body FROM outbox WHERE type LIKE $1 ORDER BY id", f"%.{name}.%"
    )
    return [row["body"] for row in rows]


async def seats(resources: EnrollmentResources, cohort_id: UUID) -> dict[str, int]:
    """How many enrollments of the cohort have each status."""
    rows = await resources.pool.fetch(
        "SELECT status, count(*) FROM enrollments WHERE cohort_id = $1 GROUP BY status", cohort_id
    )
    return {row["status"]: row["count"] for row in rows}
