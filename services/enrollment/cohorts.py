"""Cohorts and who facilitates them. Each function works in the caller's transaction, under the cohort's lock."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.messaging import outbox
from chassis.store.database import Connection, Row
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.web.inputs import Command, made_before
from chassis.web.problems import Problem
from chassis.web.texts import _
from contracts.enrollment import CohortClosed, CohortOpened, CohortStatus, FacilitatorAssigned, FacilitatorUnassigned
from services.enrollment.commands import Period, Province, Title
from services.enrollment.programmes import no_programme

sql = queries("services.enrollment")

FacilitatorId = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9._@|-]{1,80}$")]


class OpenCohort(Period):
    """A group that is trained together."""

    cohort_id: UUID = Field(default_factory=new_id)
    programme_id: UUID
    name: Title
    province: Province
    capacity: int = Field(gt=0, le=10_000, description="Seats.")


class AssignFacilitator(Command):
    """Gives a cohort to a facilitator."""

    facilitator_id: FacilitatorId = Field(description="The subject under which the issuer signs them in.")


async def open_cohort(connection: Connection, command: OpenCohort, now: datetime) -> None:
    """Opens the cohort. Raises a 409 if another one of its programme has the name."""
    if made_before(await connection.fetchrow(sql.cohort.text, command.cohort_id), command):
        return
    if await connection.fetchrow(sql.programme.text, command.programme_id) is None:
        raise no_programme()
    if not await connection.fetchval(
        sql.add_cohort.text,
        command.cohort_id,
        command.programme_id,
        command.name,
        command.province,
        command.capacity,
        command.starts_on,
        command.ends_on,
    ):
        raise Problem(409, "name_taken", _("Another cohort of this programme has this name."), field="name")
    await outbox.add(connection, CohortOpened(**command.model_dump(), status=CohortStatus.OPEN, occurred_at=now))


async def close_cohort(connection: Connection, cohort_id: UUID, now: datetime) -> None:
    """Takes no more enrollments; again changes nothing. The caller holds the seat lock too."""
    cohort = await existing_cohort(connection, cohort_id)
    if cohort["status"] == CohortStatus.OPEN:
        await connection.execute(sql.close_cohort.text, cohort_id)
        event = CohortClosed.model_validate({**cohort, "status": CohortStatus.CLOSED, "occurred_at": now})
        await outbox.add(connection, event)


async def assign(connection: Connection, cohort_id: UUID, facilitator_id: str, now: datetime) -> None:
    """Gives the cohort to the facilitator; again changes nothing."""
    await existing_cohort(connection, cohort_id)
    row = await connection.fetchrow(sql.assign.text, new_id(), cohort_id, facilitator_id)
    if row is not None:
        await outbox.add(connection, FacilitatorAssigned.model_validate({**row, "occurred_at": now}))


async def unassign(connection: Connection, cohort_id: UUID, facilitator_id: str, now: datetime) -> None:
    """Takes the cohort from the facilitator; where they do not have it, nothing changes."""
    await existing_cohort(connection, cohort_id)
    row = await connection.fetchrow(sql.unassign.text, cohort_id, facilitator_id)
    if row is not None:
        await outbox.add(connection, FacilitatorUnassigned.model_validate({**row, "occurred_at": now}))


async def existing_cohort(connection: Connection, cohort_id: UUID) -> Row:
    """The cohort's row. Raises a 404 if there is none."""
    cohort = await connection.fetchrow(sql.cohort.text, cohort_id)
    if cohort is None:
        raise no_cohort()
    return cohort


def no_cohort() -> Problem:
    """The answer where there is no such cohort, or it is not the asker's to see."""
    return Problem(404, "cohort_unknown", _("There is no such cohort."), field="cohort_id")
