"""The calendar's decisions: which sessions may be moved, cancelled and held, and their state afterwards."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.web.texts import N_
from contracts.days import day_of
from contracts.sessions import SessionKind, SessionStatus


@dataclass(frozen=True, slots=True)
class Session:
    """A session's full state, with the fields of its events. `district` is an INEI code."""

    session_id: UUID
    programme_id: UUID
    cohort_id: UUID
    module_id: UUID | None
    kind: SessionKind
    title: str
    district: str
    place: str
    starts_at: datetime
    ends_at: datetime
    required: bool
    status: SessionStatus


def check_day(starts_at: datetime, first_day: date, last_day: date) -> None:
    """Raises `RejectedError` for a session outside of its cohort's days."""
    if not first_day <= day_of(starts_at) <= last_day:
        values = {"first": f"{first_day:%d/%m/%Y}", "last": f"{last_day:%d/%m/%Y}"}
        raise RejectedError(replace(_OUTSIDE_COHORT, values=values))


def rescheduled(
    session: Session, starts_at: datetime, ends_at: datetime, place: str | None, *, attended: bool, today: date
) -> Session:
    """The session at another time or place. A held session may move too, because a wrong date must be correctable.

    Raises `RejectedError` for a cancelled session, and for one that took place and would be still to come.
    """
    _check_not_cancelled(session)
    if (attended or session.status is SessionStatus.HELD) and day_of(starts_at) > today:
        raise RejectedError(_TOOK_PLACE)
    return replace(session, starts_at=starts_at, ends_at=ends_at, place=place or session.place)


def cancelled(session: Session) -> Session:
    """The cancelled session. Raises `RejectedError` for a held one."""
    if session.status is SessionStatus.HELD:
        detail = N_("This session took place; it cannot be cancelled.")
        raise RejectedError(Rejection("session_held", detail, Kind.CONFLICT))
    return replace(session, status=SessionStatus.CANCELLED)


def held(session: Session, today: date) -> Session:
    """The held session. Raises `RejectedError` for a cancelled one, and before its day."""
    _check_not_cancelled(session)
    if day_of(session.starts_at) > today:
        raise RejectedError(_TO_COME)
    return replace(session, status=SessionStatus.HELD)


def _check_not_cancelled(session: Session) -> None:
    if session.status is SessionStatus.CANCELLED:
        raise RejectedError(Rejection("session_cancelled", N_("This session was cancelled."), Kind.CONFLICT))


_OUTSIDE_COHORT = Rejection(
    "outside_cohort",
    N_("This day is not one of the cohort's: it lasts from %(first)s to %(last)s."),
    field="starts_at",
    remedy=N_("Choose a day of the cohort."),
)
_TOOK_PLACE = Rejection(
    "session_held",
    N_("This session took place; it cannot move to a day that is still to come."),
    Kind.CONFLICT,
    "starts_at",
    N_("Plan another session for that day."),
)
_TO_COME = Rejection(
    "session_to_come",
    N_("The day of this session is still to come."),
    Kind.CONFLICT,
    remedy=N_("Close it on its day or later. If it took place before, the coordination moves it to that day."),
)
