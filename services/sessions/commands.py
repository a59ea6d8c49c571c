"""What this service can be asked to do, as programs and forms say it."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints, model_validator

from chassis.store.identifiers import new_id
from chassis.web.inputs import NO_CONTROLS, among
from chassis.web.texts import N_
from contracts.sessions import AttendanceState, SessionKind
from contracts.territory import districts

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_CONTROLS)]
"""A line of text without control characters."""


def _in_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


Instant = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC)),
    AfterValidator(_in_utc),
]

Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]

FARTHEST_OFFSET = int(timedelta(days=3650).total_seconds() * 1000)
"""Milliseconds by which a device's clock may be wrong; one whose battery died starts years ago."""


District = Annotated[str, among(districts, N_("This code belongs to no district of Cajamarca."))]


class Period(BaseModel):
    """From when to when."""

    starts_at: Instant
    ends_at: Instant

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError(N_("The end must be after the start."))
        return self


class ScheduleSession(Period):
    """Plan a session of a cohort. `required`: completion asks for it."""

    session_id: UUID = Field(default_factory=new_id)
    cohort_id: UUID
    kind: SessionKind
    title: Line
    module_id: UUID | None = None
    district: District
    place: Line
    required: bool = True


class RescheduleSession(Period):
    """Move a session to another time, and to another place if one is named."""

    place: Line | None = None


class Scan(BaseModel):
    """What a device saw at the door. `scan_id` is drawn by the device and makes sending it again harmless, for ever."""

    scan_id: UUID
    enrollment_id: UUID
    state: AttendanceState = AttendanceState.PRESENT
    scanned_at: Instant = Field(description="By the device's own clock.")
    device_id: Line
    device_sequence: int = Field(ge=0, lt=2**63, description="Counts the device's scans.")
    clock_offset_ms: int = Field(
        0, ge=-FARTHEST_OFFSET, le=FARTHEST_OFFSET, description="Server's clock minus the device's, as it measured."
    )

    @property
    def checked_in_at(self) -> datetime:
        """The device's time, corrected by its measured offset."""
        return self.scanned_at + timedelta(milliseconds=self.clock_offset_ms)


class CorrectAttendance(BaseModel):
    """Set an attendance right."""

    state: AttendanceState
    reason: Line


class PublishRule(BaseModel):
    """How much of the planned, required sessions makes a completion."""

    minimum_percent: int = Field(ge=1, le=100)
