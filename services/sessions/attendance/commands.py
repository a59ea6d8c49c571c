"""Commands of attendance."""

from datetime import datetime, timedelta
from uuid import UUID

from pydantic import Field

from chassis.web.inputs import Input
from contracts.sessions import AttendanceState
from services.sessions.attendance.domain import CorrectionReason
from services.sessions.fields import Line, UtcInstant

MAXIMUM_CLOCK_OFFSET_MS = int(timedelta(days=3650).total_seconds() * 1000)
"""A device whose battery died starts with a clock that is years behind."""


class Scan(Input):
    """A check-in that a device recorded. The device draws `scan_id`, so that sending it again is always harmless."""

    scan_id: UUID
    enrollment_id: UUID
    state: AttendanceState = AttendanceState.PRESENT
    scanned_at: UtcInstant = Field(description="By the device's own clock.")
    device_id: Line
    device_sequence: int = Field(ge=0, lt=2**63, description="Counts the device's scans.")
    clock_offset_ms: int = Field(
        0,
        ge=-MAXIMUM_CLOCK_OFFSET_MS,
        le=MAXIMUM_CLOCK_OFFSET_MS,
        description="Server's clock minus the device's, as it measured.",
    )

    @property
    def checked_in_at(self) -> datetime:
        """The device's time, corrected by its measured offset."""
        return self.scanned_at + timedelta(milliseconds=self.clock_offset_ms)


class CorrectAttendance(Input):
    """Set an attendance right."""

    state: AttendanceState
    reason: CorrectionReason
