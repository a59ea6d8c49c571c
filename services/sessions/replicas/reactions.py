"""Replicates what enrollment announces. Events may arrive in any order: of each thing the highest version is kept."""

from uuid import UUID

from chassis.messaging.reactions import ReactionRouter
from chassis.store.database import Connection
from contracts.enrollment import (
    Assignment,
    Cohort,
    CohortClosed,
    CohortOpened,
    Enrollment,
    EnrollmentAccepted,
    EnrollmentRequested,
    EnrollmentWaitlisted,
    EnrollmentWithdrawn,
    FacilitatorAssigned,
    FacilitatorUnassigned,
    ModulePublished,
    ProgrammePublished,
)
from contracts.envelope import Envelope
from services.sessions.attendance import service as attendance
from services.sessions.completion import service as completion
from services.sessions.replicas import service

reactions = ReactionRouter("sessions")


@reactions.on(ProgrammePublished)
async def replicate_programme(connection: Connection, event: ProgrammePublished, envelope: Envelope) -> None:
    """A programme starts with the first completion rule, and a copy with that of the programme it was copied from."""
    await service.replicate_programme(connection, event, envelope.version)
    await completion.publish_first_rule(connection, event.programme_id, event.occurred_at, event.copied_from)


@reactions.on(ModulePublished)
async def replicate_module(connection: Connection, event: ModulePublished, envelope: Envelope) -> None:
    await service.replicate_module(connection, event, envelope.version)


@reactions.on(CohortOpened)
@reactions.on(CohortClosed)
async def replicate_cohort(connection: Connection, event: Cohort, envelope: Envelope) -> None:
    await service.replicate_cohort(connection, event, envelope.version)


@reactions.on(FacilitatorAssigned)
@reactions.on(FacilitatorUnassigned)
async def replicate_assignment(connection: Connection, event: Assignment, envelope: Envelope) -> None:
    await service.replicate_assignment(connection, event, envelope.version)


def _cohort_and_enrollment(event: Enrollment) -> list[UUID]:
    """The cohort's attendance and completions change; another cohort's session may have waiting scans."""
    return [event.cohort_id, event.enrollment_id]


@reactions.on(EnrollmentRequested, lock=_cohort_and_enrollment)
@reactions.on(EnrollmentAccepted, lock=_cohort_and_enrollment)
@reactions.on(EnrollmentWaitlisted, lock=_cohort_and_enrollment)
@reactions.on(EnrollmentWithdrawn, lock=_cohort_and_enrollment)
async def replicate_enrollment(connection: Connection, event: Enrollment, envelope: Envelope) -> None:
    """Updates the roster and decides the scans that waited for this enrollment."""
    if await service.replicate_enrollment(connection, event, envelope.version):
        await attendance.decide_waiting_scans(connection, event.cohort_id, event.enrollment_id)
