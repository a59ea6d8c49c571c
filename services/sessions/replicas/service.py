"""Replicated rows, written by the projection and read by everybody else."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.runtime.rejections import NOT_FOUND, Kind, RejectedError, Rejection
from chassis.runtime.retry import poll_until
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.web.texts import N_

sql = queries(__package__)

REPLICATION_TIMEOUT_SECONDS = 5.0
"""Longer than an event takes to arrive. A mistyped id makes its sender wait as long."""


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme's code and title."""

    programme_id: UUID
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Cohort:
    """A cohort. Its programme's code and title are None until the programme is replicated."""

    cohort_id: UUID
    programme_id: UUID
    name: str
    province: str
    starts_on: date
    ends_on: date
    programme_code: str | None
    programme_title: str | None


@dataclass(frozen=True, slots=True)
class Module:
    """A module that a session can teach."""

    module_id: UUID
    title: str


async def find_programme(connection: Connection | Pool, programme_id: UUID) -> Programme | None:
    """The programme, if it is replicated."""
    return await sql.programme.first(connection, Programme, programme_id=programme_id)


async def programmes(pool: Pool) -> list[Programme]:
    """The known programmes, by code."""
    return await sql.programmes.all(pool, Programme)


async def find_cohort(connection: Connection | Pool, cohort_id: UUID) -> Cohort | None:
    """The cohort, if it is replicated."""
    return await sql.cohort.first(connection, Cohort, cohort_id=cohort_id)


async def get_cohort(connection: Connection | Pool, cohort_id: UUID) -> Cohort:
    """The cohort. Raises `RejectedError` if it is not replicated."""
    if cohort := await find_cohort(connection, cohort_id):
        return cohort
    raise RejectedError(NOT_FOUND)


async def wait_for_programme(pool: Pool, programme_id: UUID) -> Programme:
    """Waits up to 5 s for a programme that enrollment announced but that is not replicated yet.

    Raises `RejectedError` after that.
    """
    if programme := await poll_until(lambda: find_programme(pool, programme_id), REPLICATION_TIMEOUT_SECONDS):
        return programme
    raise _unknown("programme_not_known", N_("This programme is not known here."), "programme_id")


async def wait_for_cohort(pool: Pool, cohort_id: UUID) -> Cohort:
    """Waits up to 5 s for a cohort that enrollment announced but that is not replicated yet.

    Raises `RejectedError` after that.
    """
    if cohort := await poll_until(lambda: find_cohort(pool, cohort_id), REPLICATION_TIMEOUT_SECONDS):
        return cohort
    raise _unknown("cohort_not_known", N_("This cohort is not known here."), "cohort_id")


async def cohort_ids_of_programme(connection: Connection | Pool, programme_id: UUID) -> list[UUID]:
    """The programme's cohorts."""
    rows = await sql.cohort_ids_of_programme.fetch(connection, programme_id=programme_id)
    return [row["cohort_id"] for row in rows]


async def modules_of_programme(pool: Pool, programme_id: UUID) -> list[Module]:
    """The programme's modules by title."""
    return await sql.modules_of_programme.all(pool, Module, programme_id=programme_id)


async def cohorts_of_facilitator(pool: Pool, facilitator_id: str) -> list[Cohort]:
    """The cohorts of the facilitator's active assignments, by name."""
    return await sql.cohorts_of_facilitator.all(pool, Cohort, facilitator_id=facilitator_id)


async def is_assigned(pool: Pool, facilitator_id: str, cohort_id: UUID) -> bool:
    """Whether this facilitator has an active assignment to the cohort."""
    return bool(await sql.is_assigned.value(pool, facilitator_id=facilitator_id, cohort_id=cohort_id))


def _unknown(code: str, detail: str, field: str) -> RejectedError:
    remedy = N_("If it was made a moment ago, try again in a few seconds.")
    return RejectedError(Rejection(code, detail, Kind.LATER, field, remedy))
