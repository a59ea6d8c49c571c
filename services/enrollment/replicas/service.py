"""Replicated rows, written by reactions and read where an import is undone. The highest version is kept."""

from chassis.store.database import Connection
from chassis.store.queries import queries
from contracts.event import AppliedWithdrawal
from contracts.sessions import Attendance, Completion

sql = queries(__package__)


async def replicate_attendance(connection: Connection, event: Attendance, version: int) -> None:
    """Stores the attendance unless a newer version is stored."""
    fields = event.model_dump(include={"attendance_id", "enrollment_id", "state"})
    await sql.replicate_attendance.execute(connection, version=version, **fields)


async def replicate_completion(connection: Connection, event: Completion, version: int) -> None:
    """Stores the completion unless a newer version is stored."""
    fields = event.model_dump(include={"completion_id", "enrollment_id", "achieved"})
    await sql.replicate_completion.execute(connection, version=version, **fields)


async def replicate_withdrawal(connection: Connection, event: AppliedWithdrawal, service: str, version: int) -> None:
    """Stores when the withdrawal took effect in the service, unless a newer version is stored."""
    await sql.replicate_withdrawal.execute(
        connection, consent_id=event.consent_id, service=service, version=version, applied_at=event.occurred_at
    )
