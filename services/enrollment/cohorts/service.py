"""Cohorts. A write works in the caller's transaction, under the cohort's lock."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.inputs import already_created
from chassis.web.pagination import Page, fetch_page
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from chassis.web.views import View
from contracts import territory
from contracts.enrollment import Cohort as CohortEvent
from contracts.enrollment import CohortClosed, CohortOpened, CohortStated, CohortStatus
from contracts.labels import COHORT_STATUSES
from services.enrollment.cohorts.commands import OpenCohort
from services.enrollment.cohorts.domain import check_days
from services.enrollment.programmes.service import existing_programme

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class Cohort:
    """A cohort. `province` is an INEI code, `capacity` a number of seats.

    Somebody has `days_to_accept` days to accept a seat that became free; 0 gives it to them at once.
    """

    cohort_id: UUID
    programme_id: UUID
    name: str
    province: str
    capacity: int
    starts_on: date
    ends_on: date
    status: CohortStatus
    days_to_accept: int
    is_past: bool = False

    def announced(self, now: datetime) -> CohortEvent:
        """Returns the event that carries it, without what only enrollment needs."""
        fields = asdict(self)
        del fields["days_to_accept"], fields["is_past"]
        event_type = CohortOpened if self.status is CohortStatus.OPEN else CohortClosed
        return (CohortStated if self.is_past else event_type)(**fields, occurred_at=now)


@dataclass(frozen=True, slots=True)
class CohortInFull:
    """A cohort with its programme, its seats (`taken` of `capacity`, `offered` to some of those `waiting`) and its
    facilitators."""

    cohort_id: UUID
    programme_id: UUID
    programme_code: str
    name: str
    province: str
    capacity: int
    taken: int
    waiting: int
    offered: int
    days_to_accept: int
    starts_on: date
    ends_on: date
    status: CohortStatus
    is_past: bool
    facilitators: list[str]


@dataclass(frozen=True, slots=True)
class NamedCohort:
    """A cohort's id and name, as forms offer it and sheets name it."""

    cohort_id: UUID
    name: str
    is_past: bool


COHORTS = Table(
    "cohorts",
    N_("Cohorts"),
    key="cohort_id",
    order="-starts_on",
    columns=(
        Column("name", N_("Cohort"), link="/cohorts/{row.cohort_id}", searched=True),
        Column("province", N_("Province"), labels=territory.provinces(), filtered=True),
        Column("programme_code", N_("Programme"), "code", searched=True),
        Column("taken", N_("Seats taken"), "number", drawn=True),
        Column("waiting", N_("Waiting"), "number"),
        Column("facilitators", N_("Facilitators"), "list", drawn=True),
        Column("starts_on", N_("First day"), "date"),
        Column("status", N_("Status"), labels=COHORT_STATUSES, badges={CohortStatus.OPEN: "good"}, filtered=True),
        Column("is_past", N_("Past cohort"), "flag", filtered=True, shown=False),
        Column("programme_id", N_("Programme"), "identifier", filtered=True, shown=False),
        Column("cohort_id", N_("Cohort"), "identifier", shown=False),
    ),
)


async def open_cohort(unit: UnitOfWork, command: OpenCohort) -> Cohort:
    """Opens the cohort. Idempotent.

    Raises `RejectedError` without its programme, outside of its days, or if another cohort of it has the name.
    """
    cohort = Cohort(**command.model_dump(), status=CohortStatus.OPEN)
    stored = await sql.cohort.first(unit.connection, Cohort, cohort_id=command.cohort_id)
    if stored and already_created(stored, command):
        return stored
    programme = await existing_programme(unit.connection, command.programme_id)
    check_days(command.starts_on, command.ends_on, programme.starts_on, programme.ends_on)
    if not await sql.add_cohort.value(unit.connection, **command.model_dump()):
        raise RejectedError(NAME_TAKEN)
    await outbox.add(unit.connection, cohort.announced(unit.now))
    return cohort


async def existing_cohort(connection: Connection | Pool, cohort_id: UUID) -> Cohort:
    """Returns the cohort. Raises `RejectedError` if it does not exist."""
    cohort = await sql.cohort.first(connection, Cohort, cohort_id=cohort_id)
    if cohort is None:
        raise RejectedError(_COHORT_UNKNOWN)
    return cohort


async def visible_cohort(connection: Connection | Pool, cohort_id: UUID, facilitator: str | None) -> CohortInFull:
    """Returns the cohort. Raises `RejectedError` if it does not exist, or is not the facilitator's (None: of all)."""
    cohort = await sql.cohorts.first(connection, CohortInFull, facilitator=facilitator, cohort_id=cohort_id)
    if cohort is None:
        raise RejectedError(_COHORT_UNKNOWN)
    return cohort


async def list_cohorts(connection: Connection | Pool, view: View, facilitator: str | None) -> Page[CohortInFull]:
    """Returns a page of the facilitator's cohorts (None: of all)."""
    return await fetch_page(connection, sql.cohorts, view, CohortInFull, facilitator=facilitator, cohort_id=None)


async def other_open_cohorts(connection: Connection | Pool, cohort_id: UUID) -> list[NamedCohort]:
    """Returns the cohorts to which somebody of this one can go."""
    return await sql.other_open_cohorts.all(connection, NamedCohort, cohort_id=cohort_id)


async def named_cohorts(connection: Connection | Pool) -> list[NamedCohort]:
    """Returns all cohorts with their names; cohorts of different programmes may share a name."""
    return await sql.named_cohorts.all(connection, NamedCohort)


_COHORT_UNKNOWN = Rejection("cohort_unknown", N_("There is no such cohort."), Kind.MISSING, field="cohort_id")
IS_PAST = Rejection(
    "past_cohort",
    N_("This cohort was trained before: nobody enrolls in it or facilitates it any more."),
    Kind.CONFLICT,
    remedy=N_("Open another cohort."),
)
NAME_TAKEN = Rejection("name_taken", N_("Another cohort of this programme has this name."), Kind.CONFLICT, field="name")
