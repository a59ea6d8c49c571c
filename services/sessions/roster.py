"""A session's roster: who is expected and who came, without a name."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from chassis.store.database import Pool, Row
from chassis.store.queries import queries
from contracts.sessions import AttendanceState
from services.sessions.codes import short_codes

sql = queries("services.sessions")


class Standing(StrEnum):
    """`waiting`: scanned, but enrollment has not given this person a seat that we know of (yet)."""

    EXPECTED = "expected"
    RECORDED = "recorded"
    WAITING = "waiting"
    CONFLICT = "conflict"


class RosterEntry(BaseModel):
    """One person at one session. `scanned` is what an unsettled scan says."""

    enrollment_id: UUID
    code: str = Field(description="The last characters of the enrollment's id, as many as tell the roster apart.")
    standing: Standing
    attendance_id: UUID | None
    state: AttendanceState | None
    checked_in_at: AwareDatetime | None
    scanned: AttendanceState | None


async def roster_of(pool: Pool, session_id: UUID) -> list[RosterEntry]:
    """The session's roster, by code."""
    rows = await pool.fetch(sql.roster.text, session_id)
    return sorted(_entries(rows), key=lambda entry: entry.code)


def _entries(rows: Sequence[Row]) -> list[RosterEntry]:
    codes = short_codes({row["enrollment_id"] for row in rows})
    return [RosterEntry(**row, code=codes[row["enrollment_id"]], standing=_standing(row)) for row in rows]


def _standing(row: Row) -> Standing:
    if row["attendance_id"]:
        return Standing.RECORDED
    return Standing(row["outcome"] or Standing.EXPECTED)
