"""Corrections of programmes and modules, with what was there before. Readers follow by the next version of the event.

The caller holds the lock of what is corrected.
"""

from dataclasses import asdict, replace
from uuid import UUID

from asyncpg import UniqueViolationError

from chassis.messaging import outbox
from chassis.runtime.rejections import RejectedError
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from contracts.enrollment import ModulePublished
from services.enrollment.corrections.service import Correction, corrections_of, keep
from services.enrollment.programmes.commands import CorrectModule, CorrectProgramme
from services.enrollment.programmes.domain import check_days_of_cohorts
from services.enrollment.programmes.service import (
    CODE_TAKEN,
    MODULE_EXISTS,
    announcements,
    existing_module,
    existing_programme,
    programme_in_full,
)

sql = queries(__package__)


async def correct_programme(unit: UnitOfWork, command: CorrectProgramme, programme_id: UUID) -> UUID:
    """Corrects the programme and returns its id. Idempotent.

    Raises `RejectedError` if another programme has the code, or if a cohort would lie outside of its days.
    """
    former = await existing_programme(unit.connection, programme_id)
    corrected = replace(former, **command.model_dump(exclude={"reason"}))
    if corrected == former:
        return programme_id
    days = await sql.days_of_cohorts.fetch_row(unit.connection, programme_id=programme_id)
    check_days_of_cohorts(corrected.starts_on, corrected.ends_on, *(days or (None, None)))
    try:
        published_at = await sql.correct_programme.value(unit.connection, **asdict(corrected))
    except UniqueViolationError:
        raise RejectedError(CODE_TAKEN) from None
    await keep(unit, programme_id, command.reason, asdict(former), asdict(corrected))
    await outbox.add_all(unit.connection, announcements(corrected, published_at))
    return programme_id


async def corrections_of_programme(connection: Connection | Pool, programme_id: UUID) -> list[Correction]:
    """Returns what was corrected of the programme and its modules, newest first. Raises `RejectedError`."""
    programme = await programme_in_full(connection, programme_id)
    return await corrections_of(connection, programme_id, *(one.module_id for one in programme.modules))


async def correct_module(unit: UnitOfWork, command: CorrectModule, programme_id: UUID, module_id: UUID) -> UUID:
    """Corrects the module and returns its id. Idempotent.

    Raises `RejectedError` without the module, or if another module of the programme has this edition of the title.
    """
    former = await existing_module(unit.connection, programme_id, module_id)
    corrected = replace(former, **command.model_dump(exclude={"reason"}))
    if corrected == former:
        return module_id
    try:
        published_at = await sql.correct_module.value(unit.connection, **asdict(corrected))
    except UniqueViolationError:
        raise RejectedError(MODULE_EXISTS) from None
    await keep(unit, module_id, command.reason, asdict(former), asdict(corrected))
    event = ModulePublished(**asdict(corrected), programme_id=programme_id, occurred_at=published_at)
    await outbox.add(unit.connection, event)
    return module_id
