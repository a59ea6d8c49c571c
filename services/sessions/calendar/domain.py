"""The calendar's decisions: which sessions may be moved, cancelled and held, and their state afterwards."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.web.texts import N_
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


def rescheduled(session: Session, starts_at: datetime, ends_at: datetime, place: str | None) -> Session:
    """The session at another time or place. A held session may move too, because a wrong date must be correctable.

    Raises `RejectedError` for a cancelled session.
    """
    _check_not_cancelled(session)
    return replace(session, starts_at=starts_at, ends_at=ends_at, place=place or session.place)


def cancelled(session: Session) -> Session:
    """The cancelled session. Raises `RejectedError` for a held one."""
    if session.status is SessionStatus.HELD:
        detail = N_("This session took place; it cannot be cancelled.")
        raise RejectedError(Rejection("session_held", detail, Kind.CONFLICT))
    return replace(session, status=SessionStatus.CANCELLED)


def held(session: Session) -> Session:
    """The held session. Raises `RejectedError` for a cancelled one."""
    _check_not_cancelled(session)
    return replace(session, status=SessionStatus.HELD)


def _check_not_cancelled(session: Session) -> None:
    if session.status is SessionStatus.CANCELLED:
        raise RejectedError(Rejection("session_cancelled", N_("This session was cancelled."), Kind.CONFLICT))
