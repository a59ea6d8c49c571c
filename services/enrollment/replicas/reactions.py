"""Replicates what sessions announces about enrollments, and which withdrawals took effect elsewhere.

Events may arrive in any order: the highest version is kept.
"""

from chassis.messaging.deserializer import owner_of
from chassis.messaging.reactions import ReactionRouter
from chassis.store.database import Connection
from contracts.envelope import Envelope
from contracts.event import AppliedWithdrawal
from contracts.reporting import WithdrawalAppliedInReporting
from contracts.sessions import (
    Attendance,
    AttendanceCorrected,
    AttendanceRecorded,
    Completion,
    CompletionAchieved,
    CompletionRevoked,
    WithdrawalAppliedInSessions,
)
from services.enrollment.replicas import service

reactions = ReactionRouter("enrollment")


@reactions.on(AttendanceRecorded)
@reactions.on(AttendanceCorrected)
async def replicate_attendance(connection: Connection, event: Attendance, envelope: Envelope) -> None:
    await service.replicate_attendance(connection, event, envelope.version)


@reactions.on(CompletionAchieved)
@reactions.on(CompletionRevoked)
async def replicate_completion(connection: Connection, event: Completion, envelope: Envelope) -> None:
    await service.replicate_completion(connection, event, envelope.version)


@reactions.on(WithdrawalAppliedInSessions)
@reactions.on(WithdrawalAppliedInReporting)
async def replicate_withdrawal(connection: Connection, event: AppliedWithdrawal, envelope: Envelope) -> None:
    await service.replicate_withdrawal(connection, event, owner_of(event.topic), envelope.version)
