"""The calendar's decisions: which session may be moved, cancelled and held, and what it is then."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.web.texts import N_
from contracts.sessions import SessionKind, SessionStatus


class Impossible(Exception):
    """The calendar does not allow it. `code` is for programs, `message` a message id for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


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


Decision = Callable[[Session], Session]
"""What a session becomes; raises `Impossible`."""


def rescheduled(starts_at: datetime, ends_at: datetime, place: str | None) -> Decision:
    """To another time or place. A session already held may move too: a wrong date must be correctable."""

    def decide(session: Session) -> Session:
        _not_cancelled(session)
        return replace(session, starts_at=starts_at, ends_at=ends_at, place=place or session.place)

    return decide


def cancelled(session: Session) -> Session:
    """What took place cannot be cancelled."""
    if session.status is SessionStatus.HELD:
        raise Impossible("session_held", N_("This session took place; it cannot be cancelled."))
    return replace(session, status=SessionStatus.CANCELLED)


def held(session: Session) -> Session:
    """What was cancelled did not take place."""
    _not_cancelled(session)
    return replace(session, status=SessionStatus.HELD)


def _not_cancelled(session: Session) -> None:
    if session.status is SessionStatus.CANCELLED:
        raise Impossible("session_cancelled", N_("This session was cancelled."))
