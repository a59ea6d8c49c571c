"""Sessions of the calendar: stored, decided by `domain` and announced."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import NOT_FOUND, Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.pagination import Page, fetch_page
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from chassis.web.views import View
from contracts.days import day_of, end_of, start_of
from contracts.labels import SESSION_KINDS, SESSION_STATUSES
from contracts.sessions import Session as SessionEvent
from contracts.sessions import (
    SessionCancelled,
    SessionHeld,
    SessionRescheduled,
    SessionScheduled,
    SessionStatus,
)
from services.sessions.attendance import service as attendance
from services.sessions.attendance.domain import ATTENDED
from services.sessions.calendar import domain
from services.sessions.calendar.commands import RescheduleSession, ScheduleSession
from services.sessions.calendar.domain import Session
from services.sessions.completion import service as completion
from services.sessions.replicas import service as replicas
from services.sessions.replicas.service import Cohort

sql = queries(__package__)

STATUS_BADGES = {"held": "good", "cancelled": "bad"}


SESSIONS = Table(
    "sessions",
    N_("Calendar"),
    key="session_id",
    order="starts_at",
    columns=(
        Column("title", N_("Session"), link="/attendance/{row.session_id}", searched=True),
        Column("starts_at", N_("When"), "instant"),
        Column("kind", N_("Kind"), labels=SESSION_KINDS, filtered=True),
        Column("module", N_("Module"), searched=True),
        Column("place", N_("Where"), searched=True, drawn=True),
        Column("status", N_("State"), labels=SESSION_STATUSES, badges=STATUS_BADGES, filtered=True),
        Column("attended", N_("Came"), "number"),
        Column("waiting", N_("Waiting scans"), "number"),
        Column("required", N_("Completion asks for it"), "flag", filtered=True),
    ),
    rows=200,
)

SESSIONS_WITH_ACTIONS = replace(
    SESSIONS, columns=(*SESSIONS.columns, Column("change", N_("Change"), "action", sortable=False))
)
"""The calendar as the coordinator sees it."""

COHORTS = Table(
    "cohorts",
    N_("Cohorts"),
    key="cohort_id",
    order="name",
    columns=(
        Column("name", N_("Cohort"), link="/cohorts/{row.cohort_id}", searched=True),
        Column("programme", N_("Programme"), searched=True),
        Column("planned", N_("Planned sessions"), "number"),
        Column("held", N_("Sessions held"), "number"),
        Column("next_at", N_("Next session"), "date"),
        Column("plan_complete", N_("Plan complete"), "flag", filtered=True),
    ),
)


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A cohort in the list, with counts of its sessions. `programme` is None until the programme is replicated."""

    cohort_id: UUID
    programme_id: UUID
    name: str
    programme: str | None
    planned: int
    held: int
    next_at: datetime | None
    plan_complete: bool


@dataclass(frozen=True, slots=True)
class SessionRow(Session):
    """A session in a list. `attended` counts people, `waiting` undecided scans."""

    module: str | None
    attended: int
    waiting: int


@dataclass(frozen=True, slots=True)
class FacilitatorSession:
    """A session on its facilitator's first page. `expected` counts the cohort's accepted enrollments."""

    session_id: UUID
    title: str
    place: str
    district: str
    starts_at: datetime
    ends_at: datetime
    status: SessionStatus
    cohort: str | None
    attended: int
    expected: int


async def get_session(connection: Connection | Pool, session_id: UUID) -> Session:
    """The session. Raises `RejectedError` if it does not exist."""
    if session := await _find(connection, session_id):
        return session
    raise RejectedError(NOT_FOUND)


async def list_sessions(
    pool: Pool,
    view: View,
    cohort_id: UUID | None = None,
    day: date | None = None,
    facilitator_id: str | None = None,
) -> Page[SessionRow]:
    """Sessions; only those of one cohort, day or facilitator if given."""
    return await fetch_page(
        pool,
        sql.sessions,
        view,
        SessionRow,
        attended=ATTENDED,
        cohort_id=cohort_id,
        from_instant=day and start_of(day),
        to_instant=day and end_of(day),
        facilitator_id=facilitator_id,
    )


async def sessions_of_facilitator(
    pool: Pool, facilitator_id: str, first_day: date, last_day: date
) -> list[FacilitatorSession]:
    """The facilitator's sessions between two days, both included, by start."""
    return await sql.sessions_of_facilitator.all(
        pool,
        FacilitatorSession,
        facilitator_id=facilitator_id,
        from_instant=start_of(first_day),
        to_instant=end_of(last_day),
        attended=ATTENDED,
    )


async def list_cohorts(pool: Pool, view: View) -> Page[CohortRow]:
    """The known cohorts."""
    return await fetch_page(pool, sql.cohorts, view, CohortRow)


async def schedule(unit: UnitOfWork, command: ScheduleSession, cohort: Cohort) -> Session:
    """Plans a session. Idempotent for the same content. The caller holds the locks of its cohort and of itself."""
    planned = Session(**command.model_dump(), programme_id=cohort.programme_id, status=SessionStatus.SCHEDULED)
    if known := await _find(unit.connection, command.session_id):
        return _unchanged(known, planned)
    domain.check_day(planned.starts_at, cohort.starts_on, cohort.ends_on)
    await sql.add_session.execute(unit.connection, **asdict(planned))
    await outbox.add(unit.connection, SessionScheduled(**asdict(planned), occurred_at=unit.now))
    await _changed(unit.connection, planned.cohort_id)
    return planned


async def reschedule(unit: UnitOfWork, command: RescheduleSession, session_id: UUID) -> Session:
    """Moves a session to another time or place. The caller holds the lock of its cohort."""
    before = await get_session(unit.connection, session_id)
    cohort = await replicas.get_cohort(unit.connection, before.cohort_id)
    domain.check_day(command.starts_at, cohort.starts_on, cohort.ends_on)
    attended = await attendance.is_attended(unit.connection, session_id)
    after = domain.rescheduled(before, **command.model_dump(), attended=attended, today=day_of(unit.now))
    return await _save(unit, before, after, SessionRescheduled, unit.now)


async def cancel(unit: UnitOfWork, session_id: UUID) -> Session:
    """Cancels a session, so that completion no longer asks for it. The caller holds the lock of its cohort."""
    before = await get_session(unit.connection, session_id)
    return await _save(unit, before, domain.cancelled(before), SessionCancelled, unit.now)


async def hold(unit: UnitOfWork, session_id: UUID) -> Session:
    """Marks a session as held, at its planned end or now, whichever is earlier. The caller holds the cohort's lock."""
    before = await get_session(unit.connection, session_id)
    return await _save(unit, before, domain.held(before, day_of(unit.now)), SessionHeld, min(before.ends_at, unit.now))


async def _save(
    unit: UnitOfWork, before: Session, after: Session, event: type[SessionEvent], occurred_at: datetime
) -> Session:
    """Stores and announces a changed session. Idempotent: an unchanged one is neither stored nor announced."""
    if after == before:
        return after
    changed = {name: getattr(after, name) for name in sql.update_session.parameters}
    await sql.update_session.execute(unit.connection, **changed)
    await outbox.add(unit.connection, event(**asdict(after), occurred_at=occurred_at))
    if after.starts_at != before.starts_at:
        await attendance.announce_moved(unit.connection, after.session_id, occurred_at)
    await attendance.decide_open_scans(unit.connection, after)
    await _changed(unit.connection, after.cohort_id)
    return after


async def _changed(connection: Connection, cohort_id: UUID) -> None:
    """Decides the cohort's completions by the calendar as it is now, which `If-Match` of its plan sees."""
    await outbox.raise_versions(connection, [cohort_id])
    await completion.reevaluate(connection, cohort_id)


async def _find(connection: Connection | Pool, session_id: UUID) -> Session | None:
    return await sql.session.first(connection, Session, session_id=session_id)


def _unchanged(known: Session, planned: Session) -> Session:
    if replace(known, status=planned.status) == planned:
        return known
    detail = N_("Another session has this id.")
    raise RejectedError(Rejection("session_id_taken", detail, Kind.CONFLICT, "session_id"))
