"""Events of sessions: the calendar and its plans, attendance, and completion by a versioned rule."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from .event import AppliedWithdrawal, Event, Instant, Profile


class SessionKind(StrEnum):
    TRAINING = "training"
    COUNCIL = "council"
    BUDGET_WORKSHOP = "budget_workshop"
    HEARING = "hearing"


class SessionStatus(StrEnum):
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    HELD = "held"


class AttendanceState(StrEnum):
    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    EXCUSED = "excused"
    ABSENT = "absent"


class SessionsEvent(Event):
    """An event on `sessions.events`."""

    topic: ClassVar[str] = "sessions.events"


class Session(SessionsEvent):
    """A session's full state."""

    subject_field: ClassVar[str] = "session_id"
    key_field: ClassVar[str] = "session_id"

    session_id: UUID
    programme_id: UUID
    cohort_id: UUID
    module_id: UUID | None
    kind: SessionKind
    title: str
    district: str = Field(pattern=r"^06\d{4}$", description="INEI code of the district it is held in.")
    place: str
    starts_at: Instant
    ends_at: Instant
    required: bool = Field(description="Whether completion asks for it.")
    status: SessionStatus


class SessionScheduled(Session):
    """A session was planned."""

    type: ClassVar[str] = "minka.sessions.SessionScheduled.v1"


class SessionRescheduled(Session):
    """A session was moved to another time or place."""

    type: ClassVar[str] = "minka.sessions.SessionRescheduled.v1"


class SessionCancelled(Session):
    """A session will not be held; completion no longer asks for it."""

    type: ClassVar[str] = "minka.sessions.SessionCancelled.v1"


class SessionHeld(Session):
    """A session took place."""

    type: ClassVar[str] = "minka.sessions.SessionHeld.v1"


class Plan(SessionsEvent):
    """Whether a cohort's plan of sessions is complete: full state. Nobody completes before it is."""

    subject_field: ClassVar[str] = "plan_id"
    key_field: ClassVar[str] = "cohort_id"

    plan_id: UUID
    programme_id: UUID
    cohort_id: UUID
    complete: bool
    required_sessions: int = Field(ge=0, description="Required sessions that were planned when it was said.")


class PlanDeclaredComplete(Plan):
    """The coordination said that every session of a cohort is planned. What is planned later joins the plan."""

    type: ClassVar[str] = "minka.sessions.PlanDeclaredComplete.v1"


class PlanReopened(Plan):
    """The coordination took that back, before anybody had completed."""

    type: ClassVar[str] = "minka.sessions.PlanReopened.v1"


class Attendance(SessionsEvent):
    """One person at one session: full state, with the session's own start."""

    subject_field: ClassVar[str] = "attendance_id"
    key_field: ClassVar[str] = "person_id"

    attendance_id: UUID
    session_id: UUID
    programme_id: UUID
    cohort_id: UUID
    enrollment_id: UUID
    person_id: UUID
    kind: SessionKind
    session_starts_at: Instant
    state: AttendanceState
    checked_in_at: Instant = Field(description="By the device's clock, corrected by its measured offset.")
    profile: Profile


class AttendanceRecorded(Attendance):
    """A person's attendance was first recorded."""

    type: ClassVar[str] = "minka.sessions.AttendanceRecorded.v1"


class AttendanceCorrected(Attendance):
    """An attendance already recorded was set right."""

    type: ClassVar[str] = "minka.sessions.AttendanceCorrected.v1"


class CompletionRulePublished(SessionsEvent):
    """How much of the planned, required sessions of a programme makes a completion."""

    type: ClassVar[str] = "minka.sessions.CompletionRulePublished.v1"
    subject_field: ClassVar[str] = "rule_id"
    key_field: ClassVar[str] = "programme_id"

    rule_id: UUID
    programme_id: UUID
    rule_version: int = Field(gt=0)
    minimum_percent: int = Field(ge=1, le=100, description="Share of planned required sessions to be attended.")


class Completion(SessionsEvent):
    """Whether an enrollment completed its cohort's required sessions: full state."""

    subject_field: ClassVar[str] = "completion_id"
    key_field: ClassVar[str] = "person_id"

    completion_id: UUID
    enrollment_id: UUID
    person_id: UUID
    programme_id: UUID
    cohort_id: UUID
    rule_version: int = Field(gt=0)
    attended: int = Field(ge=0, description="Required sessions attended.")
    planned: int = Field(ge=0, description="Required sessions planned and not cancelled.")
    achieved: bool
    achieved_at: Instant
    profile: Profile
    organization_id: UUID | None = Field(
        default=None,
        description="The organization for which the person took part, if any. Earlier messages do not say it.",
    )


class CompletionAchieved(Completion):
    """An enrollment met the completion rule."""

    type: ClassVar[str] = "minka.sessions.CompletionAchieved.v1"


class CompletionRevoked(Completion):
    """A correction took a completion back."""

    type: ClassVar[str] = "minka.sessions.CompletionRevoked.v1"


class WithdrawalAppliedInSessions(AppliedWithdrawal):
    """A withdrawn consent has taken effect in sessions: whatever enrollment ended by it is expected at no session."""

    type: ClassVar[str] = "minka.sessions.WithdrawalAppliedInSessions.v1"
    topic: ClassVar[str] = "sessions.events"
