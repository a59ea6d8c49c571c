"""Corrections of programmes and modules, with what was there before. Readers follow by the next version of the event.

The caller holds the lock of what is corrected.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from uuid import UUID

from asyncpg import UniqueViolationError

from chassis.messaging import outbox
from chassis.runtime.rejections import RejectedError
from chassis.store.database import Connection, Pool
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _
from contracts.enrollment import ModulePublished
from contracts.labels import LANGUAGES, MECHANISMS
from services.enrollment.programmes.commands import CorrectModule, CorrectProgramme
from services.enrollment.programmes.domain import (
    ContentCorrectionReason,
    FieldChange,
    check_days_of_cohorts,
    field_changes,
)
from services.enrollment.programmes.labels import CONTENT_CORRECTION_REASONS, CONTENT_FIELDS
from services.enrollment.programmes.service import (
    CODE_TAKEN,
    MODULE_EXISTS,
    announcements,
    existing_module,
    existing_programme,
)

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class ContentChange:
    """A corrected field of a programme, or of one of its modules (`module`, None for the programme's own)."""

    change_id: UUID
    module: str | None
    field: str
    former: str | int | list[str]
    corrected: str | int | list[str]
    reason: ContentCorrectionReason
    changed_by: str
    changed_at: datetime


def _former(change: ContentChange) -> str:
    return _shown(change.field, change.former)


def _corrected(change: ContentChange) -> str:
    return _shown(change.field, change.corrected)


CHANGES = Table(
    "changes",
    N_("Corrections"),
    key="change_id",
    order="-changed_at",
    columns=(
        Column("changed_at", N_("When"), "instant"),
        Column("module", N_("Module")),
        Column("field", N_("What"), labels=CONTENT_FIELDS),
        Column("former", N_("Before"), read=_former),
        Column("corrected", N_("Now"), read=_corrected),
        Column("reason", N_("Why"), labels=CONTENT_CORRECTION_REASONS),
        Column("changed_by", N_("By"), "code"),
    ),
)


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
    await _keep(unit, command.reason, programme_id, None, field_changes(asdict(former), asdict(corrected)))
    await outbox.add_all(unit.connection, announcements(corrected, published_at))
    return programme_id


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
    await _keep(unit, command.reason, programme_id, module_id, field_changes(asdict(former), asdict(corrected)))
    event = ModulePublished(**asdict(corrected), programme_id=programme_id, occurred_at=published_at)
    await outbox.add(unit.connection, event)
    return module_id


async def changes_of_programme(connection: Connection | Pool, programme_id: UUID) -> list[ContentChange]:
    """Returns what was corrected of the programme and its modules, newest first."""
    return await sql.changes_of_programme.all(connection, ContentChange, programme_id=programme_id)


async def _keep(
    unit: UnitOfWork,
    reason: ContentCorrectionReason,
    programme_id: UUID,
    module_id: UUID | None,
    changes: Iterable[FieldChange],
) -> None:
    rows = [
        {
            "change_id": new_id(),
            "programme_id": programme_id,
            "module_id": module_id,
            "reason": reason,
            "changed_by": unit.author,
            "changed_at": unit.now,
            **asdict(change),
        }
        for change in changes
    ]
    await sql.add_change.execute_many(unit.connection, rows)


def _shown(field: str, value: str | int | list[str]) -> str:
    """A value as people know it: labels for codes, and days as they are written here."""
    match field, value:
        case "mechanism", str():
            return _(MECHANISMS[value])
        case "languages", list():
            return ", ".join(_(LANGUAGES.get(one, one)) for one in value)
        case "starts_on" | "ends_on", str():
            return f"{date.fromisoformat(value):%d/%m/%Y}"
        case _, list():
            return "; ".join(value)
    return str(value)
