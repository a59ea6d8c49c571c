"""Opening a cohort to people who enroll themselves, and their applications. A write works in the caller's
transaction."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.runtime.rejections import NOT_FOUND, Kind, RejectedError, Rejection
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web import locale, short_codes
from chassis.web.texts import N_
from contracts.days import day_of
from contracts.enrollment import CohortStatus
from services.enrollment.cohorts.service import existing_cohort
from services.enrollment.enrollments.domain import Review
from services.enrollment.enrollments.service import enroll
from services.enrollment.messages.service import keep_language
from services.enrollment.people.domain import PUBLIC
from services.enrollment.public_programmes.domain import Seats
from services.enrollment.resources import EnrollmentResources
from services.enrollment.self_enrollment.commands import EnrollYourself
from services.enrollment.self_enrollment.domain import Answer, answer_to, rejection_of
from services.enrollment.settings import PREFIX

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class SelfEnrollment:
    """The code of a cohort's shared address, and whether people may enroll themselves there."""

    code: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class OfferedCohort:
    """A cohort as the page behind its shared address shows it. `province` is an INEI code."""

    cohort_id: UUID
    code: str
    programme_id: UUID
    programme_title: str
    name: str
    province: str
    starts_on: date
    ends_on: date
    takes_enrollments: bool
    seats: Seats


def shared_address(settings: ServiceSettings, code: str) -> str:
    """Returns the address that is posted and printed."""
    return f"{settings.public_url}{PREFIX}/join/{code}"


async def self_enrollment_of(connection: Connection | Pool, cohort_id: UUID) -> SelfEnrollment | None:
    """Returns the cohort's shared address; None if people never could enroll themselves."""
    return await sql.self_enrollment.first(connection, SelfEnrollment, cohort_id=cohort_id)


async def shared_self_enrollment(connection: Connection | Pool, cohort_id: UUID) -> SelfEnrollment:
    """Returns the cohort's shared address. Raises `RejectedError` if it has none."""
    found = await self_enrollment_of(connection, cohort_id)
    if found is None:
        raise RejectedError(_NEVER_OPEN)
    return found


async def open_self_enrollment(unit: UnitOfWork, cohort_id: UUID) -> SelfEnrollment:
    """Lets people enroll themselves in the cohort. Idempotent. Raises `RejectedError` if the cohort is closed."""
    cohort = await existing_cohort(unit.connection, cohort_id)
    if cohort.status is not CohortStatus.OPEN:
        raise RejectedError(_COHORT_CLOSED)
    values = {"cohort_id": cohort_id, "code": short_codes.draw()}
    [opened] = await sql.open_self_enrollment.all(unit.connection, SelfEnrollment, **values)
    return opened


async def stop_self_enrollment(unit: UnitOfWork, cohort_id: UUID) -> SelfEnrollment:
    """Lets nobody enroll themselves any more. Idempotent. Raises `RejectedError` if nobody ever could."""
    stopped = await sql.stop_self_enrollment.first(unit.connection, SelfEnrollment, cohort_id=cohort_id)
    if stopped is None:
        raise RejectedError(_NEVER_OPEN)
    return stopped


async def offered_cohort(pool: Pool, written_code: str, today: date) -> OfferedCohort:
    """Returns the cohort behind a code as somebody typed it. Raises `RejectedError` if there is none."""
    code = short_codes.normalize(written_code)
    found = await sql.offered_cohort.first(pool, OfferedCohort, code=code, today=today) if code else None
    if found is None:
        raise RejectedError(NOT_FOUND)
    return found


async def enroll_yourself(
    unit: UnitOfWork, command: EnrollYourself, cohort_id: UUID, resources: EnrollmentResources
) -> Answer:
    """Enrolls the person as anybody whom the office does not know, unless the application agrees with who is known.

    Raises `RejectedError` for what follows from the application and the cohort alone.
    """
    application = command.application(cohort_id)
    if rejection := rejection_of(command.consents, command.birth_date, day_of(unit.now)):
        raise RejectedError(rejection)
    outcome = await enroll(unit, application, resources, PUBLIC)
    if isinstance(outcome, Review):
        raise ValueError("The public sees nobody with whom an application could be compared.")
    if isinstance(outcome, Rejection):
        raise RejectedError(outcome)
    await keep_language(unit, locale.current().language, [outcome.person_id])
    return answer_to(outcome, await sql.has_seats.value(unit.connection, cohort_id=cohort_id))


NOT_OFFERED = Rejection("not_offered", N_("Nobody can enroll in this cohort here at the moment."), Kind.CONFLICT)
_COHORT_CLOSED = Rejection(
    "cohort_closed",
    N_("This cohort takes no more enrollments."),
    Kind.CONFLICT,
    remedy=N_("Open it again first."),
)
_NEVER_OPEN = Rejection("self_enrollment_unknown", N_("People do not enroll themselves in this cohort."), Kind.MISSING)
