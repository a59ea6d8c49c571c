"""Keeps what was there before a correction, and tells it beside what was corrected. The caller holds its lock."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from chassis.store.database import Connection, Pool
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _
from contracts import territory
from contracts.labels import LANGUAGES, MECHANISMS
from services.enrollment.corrections.domain import field_changes
from services.enrollment.corrections.labels import FIELDS, REASONS

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class Correction:
    """A corrected field of a cohort, of a programme, or of one of its modules (`module`, None for the others)."""

    change_id: UUID
    module: str | None
    field: str
    former: str | int | list[str]
    corrected: str | int | list[str]
    reason: str
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Corrected:
    """What is corrected: a programme, or one of its modules or cohorts."""

    programme_id: UUID
    module_id: UUID | None = None
    cohort_id: UUID | None = None


def _former(correction: Correction) -> str:
    return _shown(correction.field, correction.former)


def _corrected(correction: Correction) -> str:
    return _shown(correction.field, correction.corrected)


CORRECTIONS = Table(
    "changes",
    N_("Corrections"),
    key="change_id",
    order="-changed_at",
    columns=(
        Column("changed_at", N_("When"), "instant"),
        Column("module", N_("Module")),
        Column("field", N_("What"), labels=FIELDS),
        Column("former", N_("Before"), read=_former),
        Column("corrected", N_("Now"), read=_corrected),
        Column("reason", N_("Why"), labels=REASONS),
        Column("changed_by", N_("By"), "code"),
    ),
)
CORRECTIONS_OF_COHORT = replace(CORRECTIONS, columns=tuple(one for one in CORRECTIONS.columns if one.name != "module"))


async def keep(
    unit: UnitOfWork, what: Corrected, reason: StrEnum, former: Mapping[str, Any], corrected: Mapping[str, Any]
) -> None:
    """Stores each field in which the two states differ, with author and reason."""
    kept = {**asdict(what), "reason": reason, "changed_by": unit.author, "changed_at": unit.now}
    rows = [{"change_id": new_id(), **kept, **asdict(change)} for change in field_changes(former, corrected)]
    await sql.add_correction.execute_many(unit.connection, rows)


async def corrections_of_programme(connection: Connection | Pool, programme_id: UUID) -> list[Correction]:
    """Returns what was corrected of the programme and its modules, newest first."""
    return await sql.corrections_of_programme.all(connection, Correction, programme_id=programme_id)


async def corrections_of_cohort(connection: Connection | Pool, cohort_id: UUID) -> list[Correction]:
    """Returns what was corrected of the cohort, newest first."""
    return await sql.corrections_of_cohort.all(connection, Correction, cohort_id=cohort_id)


def _shown(field: str, value: str | int | list[str]) -> str:
    """A value as people know it: labels for codes, and days as they are written here."""
    match field, value:
        case "mechanism", str():
            return _(MECHANISMS[value])
        case "province", str():
            return territory.provinces()[value]
        case "languages", list():
            return ", ".join(_(LANGUAGES.get(one, one)) for one in value)
        case "starts_on" | "ends_on", str():
            return f"{date.fromisoformat(value):%d/%m/%Y}"
        case _, list():
            return "; ".join(value)
    return str(value)
