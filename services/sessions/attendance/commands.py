"""Commands of attendance."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, Field

from chassis.web.inputs import Input
from contracts.sessions import AttendanceState
from services.sessions.attendance.domain import CorrectionReason
from services.sessions.fields import Line, in_utc

MAXIMUM_CLOCK_OFFSET_MS = int(timedelta(days=366 * 300).total_seconds() * 1000)
"""A device whose battery died starts with a clock that is decades behind."""

DeviceInstant = Annotated[
    AwareDatetime,
    Field(ge=datetime(1900, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC)),
    AfterValidator(in_utc),
]
"""What the clock of a device may say, however wrong it is."""

FIRST_INSTANT, LAST_INSTANT = datetime(2000, 1, 1, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)
"""What an event can tell. A time beyond is as far from any session as these are."""


class Scan(Input):
    """A check-in that a device recorded. The device draws `scan_id`, so that sending it again is always harmless."""

    scan_id: UUID
    enrollment_id: UUID
    state: AttendanceState = AttendanceState.PRESENT
    scanned_at: DeviceInstant = Field(description="By the device's own clock, however wrong it is.")
    device_id: Line
    device_sequence: int = Field(ge=0, lt=2**63, description="Counts the device's scans.")
    clock_offset_ms: int = Field(
        0,
        ge=-MAXIMUM_CLOCK_OFFSET_MS,
        le=MAXIMUM_CLOCK_OFFSET_MS,
        description="Server's clock minus the device's, as it measured.",
    )
    from_list: bool = Field(
        False,
        description="Whether it was entered from a signed list, so its time tells nothing of the session's day.",
    )

    @property
    def checked_in_at(self) -> datetime:
        """The device's time, corrected by its measured offset."""
        corrected = self.scanned_at + timedelta(milliseconds=self.clock_offset_ms)
        return min(max(corrected, FIRST_INSTANT), LAST_INSTANT)


class CorrectAttendance(Input):
    """Set an attendance right."""

    state: AttendanceState
    reason: CorrectionReason
