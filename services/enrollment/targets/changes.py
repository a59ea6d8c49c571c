"""Corrections of targets, with what was there before. The caller holds the target's lock."""

from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError

from chassis.messaging import outbox
from chassis.runtime.rejections import RejectedError
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from services.enrollment.corrections.service import keep
from services.enrollment.targets.commands import CorrectTarget
from services.enrollment.targets.service import (
    TARGET_EXISTS,
    Target,
    TargetOfProgramme,
    announcement,
    check_target,
    existing_target,
)

sql = queries(__package__)


async def correct_target(unit: UnitOfWork, command: CorrectTarget, target_id: UUID) -> UUID:
    """Corrects the target and returns its id. Idempotent.

    Raises `RejectedError` without the target, if the indicator is not counted so, or if a target in force is about the
    same.
    """
    former = await existing_target(unit.connection, target_id)
    corrected = Target(target_id, **command.model_dump(exclude={"reason"}))
    if all(getattr(former, field.name) == getattr(corrected, field.name) for field in fields(corrected)):
        return target_id
    await check_target(unit.connection, corrected)
    try:
        set_at = await sql.correct_target.value(unit.connection, **asdict(corrected))
    except UniqueViolationError:
        raise RejectedError(TARGET_EXISTS) from None
    stored = await existing_target(unit.connection, target_id)
    await keep(unit, target_id, command.reason, _state(former), _state(stored))
    await outbox.add(unit.connection, announcement(corrected, set_at))
    return target_id


def _state(target: TargetOfProgramme) -> dict[str, Any]:
    """What the history compares: the programme by its code."""
    return {name: value for name, value in asdict(target).items() if name not in {"target_id", "programme_id"}}
