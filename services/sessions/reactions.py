"""What this service hears from enrollment. Things arrive in any order; of each the highest version stays."""

from uuid import UUID

from chassis.messaging.reactions import ReactionRouter
from chassis.store.database import Connection
from chassis.store.queries import queries
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
from services.sessions import completing, recording

sql = queries("services.sessions")
reactions = ReactionRouter("sessions")


@reactions.on(ProgrammePublished)
async def hear_programme(connection: Connection, event: ProgrammePublished, envelope: Envelope) -> None:
    """A programme begins with the first rule of completion."""
    await connection.execute(sql.hear_programme.text, event.programme_id, envelope.version, event.code, event.title)
    await completing.publish_first_rule(connection, event.programme_id, event.occurred_at)


@reactions.on(ModulePublished)
async def hear_module(connection: Connection, event: ModulePublished, envelope: Envelope) -> None:
    await connection.execute(sql.hear_module.text, event.module_id, envelope.version, event.programme_id, event.title)


@reactions.on(CohortOpened)
@reactions.on(CohortClosed)
async def hear_cohort(connection: Connection, event: Cohort, envelope: Envelope) -> None:
    await connection.execute(
        sql.hear_cohort.text,
        event.cohort_id,
        envelope.version,
        event.programme_id,
        event.name,
        event.province,
        event.starts_on,
        event.ends_on,
    )


@reactions.on(FacilitatorAssigned)
@reactions.on(FacilitatorUnassigned)
async def hear_assignment(connection: Connection, event: Assignment, envelope: Envelope) -> None:
    await connection.execute(
        sql.hear_assignment.text,
        event.assignment_id,
        envelope.version,
        event.cohort_id,
        event.facilitator_id,
        event.active,
    )


def _cohort_and_enrollment(event: Enrollment) -> list[UUID]:
    """The cohort's attendance and completions may change; and scans elsewhere may wait for this enrollment."""
    return [event.cohort_id, event.enrollment_id]


@reactions.on(EnrollmentRequested, lock=_cohort_and_enrollment)
@reactions.on(EnrollmentAccepted, lock=_cohort_and_enrollment)
@reactions.on(EnrollmentWaitlisted, lock=_cohort_and_enrollment)
@reactions.on(EnrollmentWithdrawn, lock=_cohort_and_enrollment)
async def hear_enrollment(connection: Connection, event: Enrollment, envelope: Envelope) -> None:
    """The roster follows, and scans that waited for this enrollment settle."""
    is_news = await connection.fetchval(
        sql.hear_enrollment.text,
        event.enrollment_id,
        envelope.version,
        event.person_id,
        event.programme_id,
        event.cohort_id,
        event.status,
        event.profile.model_dump(mode="json"),
    )
    if is_news:
        waiting = await connection.fetch(sql.open_scans_of_enrollment.text, event.enrollment_id)
        pairs = {(row["session_id"], event.enrollment_id) for row in waiting}
        await recording.settle(connection, event.cohort_id, pairs)
