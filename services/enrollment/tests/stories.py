"""What happened before a test begins."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any
from uuid import UUID

from chassis.store.database import transaction
from chassis.store.identifiers import new_id
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.reads import Work
from contracts.enrollment import Purpose
from services.enrollment.cohorts.assignments import assign_facilitator
from services.enrollment.cohorts.changes import close_cohort, correct_cohort
from services.enrollment.cohorts.commands import AssignFacilitator, CloseCohort, CorrectCohort, OpenCohort
from services.enrollment.cohorts.domain import CohortCorrectionReason, WaitingList, assignment_locks, change_locks
from services.enrollment.cohorts.service import Cohort, existing_cohort, open_cohort
from services.enrollment.consent.commands import WithdrawConsent
from services.enrollment.consent.domain import Agreement
from services.enrollment.enrollments.domain import Application, Outcome
from services.enrollment.enrollments.offers import accept_offer
from services.enrollment.enrollments.service import enroll, withdraw, withdraw_consent
from services.enrollment.identity.documents import Document, DocumentType
from services.enrollment.identity.names import Names
from services.enrollment.nominations.commands import SetNominatedSeats
from services.enrollment.nominations.service import set_nominated_seats
from services.enrollment.people.domain import EVERYBODY, Visibility
from services.enrollment.programmes.commands import PublishProgramme
from services.enrollment.programmes.service import publish_programme
from services.enrollment.resources import EnrollmentResources

LOOKING = Work("tests")
NOW = datetime(2025, 5, 20, 15, 0, tzinfo=UTC)
AGREES = (Agreement(Purpose.TRAINING, "2025-04"),)
ADDRESS = "rosa.quispe@example.org"
REACHABLE: dict[str, Any] = {"consents": (*AGREES, Agreement(Purpose.CONTACT, "2025-04")), "email": ADDRESS}
"""What an application states of somebody who agrees to be contacted."""

_documents = count(40_000_000)
_codes = count(1)


@asynccontextmanager
async def unit_of_work(
    resources: EnrollmentResources, *locks: UUID | str, now: datetime = NOW
) -> AsyncIterator[UnitOfWork]:
    """A transaction of its own, as a request has it."""
    async with transaction(resources.pool, *locks) as connection:
        yield UnitOfWork(connection, now, "coordinator")


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
    async with unit_of_work(resources, programme.programme_id, *assignment_locks(cohort.cohort_id)) as unit:
        await publish_programme(unit, programme)
        await open_cohort(unit, cohort)
        await assign_facilitator(unit, AssignFacilitator(facilitator_id=facilitator), cohort.cohort_id)
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


async def applies(
    resources: EnrollmentResources, application: Application, now: datetime = NOW, visibility: Visibility = EVERYBODY
) -> Outcome:
    """The outcome of the application, in a transaction of its own."""
    async with unit_of_work(resources, now=now) as unit:
        return await enroll(unit, application, resources, visibility)


async def corrects_cohort(resources: EnrollmentResources, cohort_id: UUID, **changed: Any) -> Cohort:
    """The cohort is corrected in what is changed, in a transaction of its own."""
    stored = asdict(await existing_cohort(resources.pool, cohort_id))
    described = {name: stored[name] for name in ("name", "province", "capacity", "starts_on", "ends_on")}
    command = CorrectCohort(**described | {"reason": CohortCorrectionReason.MISTAKE_FOUND} | changed)
    async with unit_of_work(resources, *change_locks(cohort_id)) as unit:
        return await correct_cohort(unit, command, cohort_id)


async def closes_cohort(resources: EnrollmentResources, cohort_id: UUID, waiting_list: WaitingList) -> Cohort:
    """The cohort is closed, in a transaction of its own."""
    async with unit_of_work(resources, *change_locks(cohort_id)) as unit:
        return await close_cohort(unit, CloseCohort(waiting_list=waiting_list), cohort_id)


async def withdraws(resources: EnrollmentResources, enrollment_id: UUID, now: datetime = NOW) -> None:
    """The enrollment is withdrawn, in a transaction of its own."""
    async with unit_of_work(resources, now=now) as unit:
        await withdraw(unit, enrollment_id)


async def accepts(resources: EnrollmentResources, enrollment_id: UUID, now: datetime = NOW) -> None:
    """The seat that is offered is accepted, in a transaction of its own."""
    async with unit_of_work(resources, now=now) as unit:
        await accept_offer(unit, enrollment_id)


async def gives_seats(resources: EnrollmentResources, cohort_id: UUID, organization_id: UUID, seats: int) -> None:
    """The organization gets seats of the cohort, in a transaction of its own."""
    command = SetNominatedSeats(organization_id=organization_id, seats=seats)
    async with unit_of_work(resources, *change_locks(cohort_id)) as unit:
        await set_nominated_seats(unit, command, cohort_id)


async def withdraws_consent(resources: EnrollmentResources, person_id: UUID, purpose: Purpose) -> None:
    """The person withdraws a consent, in a transaction of its own."""
    async with unit_of_work(resources) as unit:
        await withdraw_consent(unit, WithdrawConsent(person_id=person_id, purpose=purpose), resources)


async def event_names(resources: EnrollmentResources, subject: UUID | None = None) -> list[str]:
    """The names of the events in the outbox, of one subject or of all, in order."""
    rows = await resources.pool.fetch("SELECT type, aggregateid FROM outbox ORDER BY id")
    return [row["type"].split(".")[2] for row in rows if subject is None or row["aggregateid"] == str(subject)]


async def event_bodies(resources: EnrollmentResources, name: str) -> list[dict[str, Any]]:
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
