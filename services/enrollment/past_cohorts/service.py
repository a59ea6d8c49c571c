"""Past cohorts and what they rest on. A write works in the caller's transaction, under the cohort's lock."""

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
from chassis.web.texts import N_, _
from chassis.web.views import View
from contracts.days import day_of
from services.enrollment.cohorts.domain import check_days, check_is_over
from services.enrollment.cohorts.service import NAME_TAKEN, existing_cohort
from services.enrollment.corrections.service import keep
from services.enrollment.enrollments.dates import FIRST_DAY
from services.enrollment.past_cohorts.commands import CorrectStatement, DescribedList, StatePastCohort
from services.enrollment.programmes.service import existing_programme

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class PastCohort:
    """A past cohort with its list, of so many people (`capacity`), and who stated it."""

    cohort_id: UUID
    programme_id: UUID
    name: str
    province: str
    capacity: int
    starts_on: date
    ends_on: date
    list_name: str
    kept_at: str
    vouched_by: str
    vouched_on: date
    stated_by: str
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class StatedRow:
    """A person's training as a row of a list states it. `stands` tells that it was not taken back."""

    stated_training_id: UUID
    import_id: UUID
    tab: int
    line: int
    completed_on: date | None
    stands: bool
    recorded_at: datetime

    @property
    def counts(self) -> bool:
        """Tells whether the figure of people who were trained before counts it."""
        return self.stands and self.completed_on is not None


EVIDENCE = Table(
    "evidence",
    N_("Rows that the figures rest on"),
    key="stated_training_id",
    order="line",
    columns=(
        Column("tab", N_("Tab"), "number"),
        Column("line", N_("Line"), "number"),
        Column("completed_on", N_("Completed"), "date"),
        Column("counts", N_("Counted as trained before"), sortable=False, read=lambda row: _yes_or_no(row.counts)),
        Column("stands", N_("Taken back"), sortable=False, read=lambda row: _yes_or_no(not row.stands)),
        Column("recorded_at", N_("Recorded"), "instant"),
        Column("import_id", N_("Import"), "identifier"),
        Column("stated_training_id", N_("Stated training"), "identifier"),
    ),
)


def _yes_or_no(answer: bool) -> str:
    return _("Yes") if answer else _("No")


async def state_past_cohort(unit: UnitOfWork, command: StatePastCohort) -> UUID:
    """Stores the past cohort, which is closed, and returns its id. Idempotent.

    Raises `RejectedError` without its programme, outside of its days, before 2022, if it is not over, if nobody can
    have vouched for it on that day, or if another cohort of the programme has the name.
    """
    if already_created(await _stored(unit.connection, command.cohort_id), command):
        return command.cohort_id
    programme = await existing_programme(unit.connection, command.programme_id)
    check_days(command.starts_on, command.ends_on, programme.starts_on, programme.ends_on)
    check_is_over(command.ends_on, day_of(unit.now))
    if command.starts_on < FIRST_DAY:
        raise RejectedError(_TOO_EARLY)
    _check_vouched(command, command.starts_on, unit.now)
    stated = {"stated_by": unit.author, "stated_at": unit.now}
    if not await sql.add_past_cohort.value(unit.connection, **command.model_dump(), **stated):
        raise RejectedError(NAME_TAKEN)
    cohort = await existing_cohort(unit.connection, command.cohort_id)
    await outbox.add(unit.connection, cohort.announced(unit.now))
    return command.cohort_id


async def correct_statement(unit: UnitOfWork, command: CorrectStatement, cohort_id: UUID) -> UUID:
    """Corrects what is said of the list, and returns the cohort's id. Idempotent. Raises `RejectedError`."""
    former = await existing_past_cohort(unit.connection, cohort_id)
    _check_vouched(command, former.starts_on, unit.now)
    described = command.model_dump(exclude={"reason"})
    await keep(unit, cohort_id, command.reason, {name: asdict(former)[name] for name in described}, described)
    await sql.correct_statement.execute(unit.connection, cohort_id=cohort_id, **described)
    await outbox.raise_versions(unit.connection, [cohort_id])
    return cohort_id


async def existing_past_cohort(connection: Connection | Pool, cohort_id: UUID) -> PastCohort:
    """Returns the past cohort. Raises `RejectedError` if there is none with this id."""
    found = await _stored(connection, cohort_id)
    if found is None:
        raise RejectedError(_UNKNOWN)
    return found


async def evidence_of(pool: Pool, cohort_id: UUID, view: View) -> Page[StatedRow]:
    """Returns a page of what the past cohort's figures rest on."""
    return await fetch_page(pool, sql.evidence, view, StatedRow, cohort_id=cohort_id)


async def _stored(connection: Connection | Pool, cohort_id: UUID) -> PastCohort | None:
    return await sql.past_cohort.first(connection, PastCohort, cohort_id=cohort_id)


def _check_vouched(command: DescribedList, starts_on: date, now: datetime) -> None:
    if command.vouched_on > day_of(now):
        raise RejectedError(_NOT_VOUCHED_YET)
    if command.vouched_on < starts_on:
        raise RejectedError(_VOUCHED_BEFORE)


_UNKNOWN = Rejection("past_cohort_unknown", N_("There is no such past cohort."), Kind.MISSING, field="cohort_id")
_TOO_EARLY = Rejection(
    "before_2022",
    N_("The training that this system knows of began in 2022."),
    field="starts_on",
    remedy=N_("Correct the first day."),
)
_NOT_VOUCHED_YET = Rejection(
    "vouched_in_future",
    N_("This day has not come yet."),
    field="vouched_on",
    remedy=N_("Write the day on which somebody vouched for the list."),
)
_VOUCHED_BEFORE = Rejection(
    "vouched_before",
    N_("This day is before the first day of the cohort: nobody could vouch for its list."),
    field="vouched_on",
    remedy=N_("Write the day on which somebody vouched for the list, or correct the first day."),
)
