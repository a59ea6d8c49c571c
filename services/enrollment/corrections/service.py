"""Keeps what was there before a correction, and tells it beside what was corrected. The caller holds its lock."""

from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from chassis.store.database import Connection, Pool
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web import formats
from chassis.web.commands import form_on
from chassis.web.forms import Form, Values
from chassis.web.pagination import Page, all_rows
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _
from contracts import territory
from contracts.labels import (
    AGE_GROUPS,
    ETHNICITY_GROUPS,
    INDICATORS,
    LANGUAGES,
    MECHANISMS,
    MOTHER_TONGUE_GROUPS,
    ORGANIZATION_TYPE_GROUPS,
    SEX_RECORDED,
    TARGET_STATUSES,
)
from services.enrollment.cohorts.labels import WAITING_LISTS
from services.enrollment.corrections.domain import field_changes
from services.enrollment.corrections.labels import FIELDS, REASONS
from services.enrollment.identity.labels import DOCUMENT_TYPES
from services.enrollment.materials.labels import AUDIENCES, FILE_TYPES, size_label
from services.enrollment.resources import EnrollmentResources
from services.enrollment.staff import service as staff
from services.enrollment.targets.labels import subgroup_label

sql = queries(__package__)


Value: TypeAlias = str | int | bool | list[str] | None
"""A field's value; dates are written as in ISO 8601."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A corrected field; `module` is the title of the module that has it, None for whatever is no module.

    Of what a former release corrected of people, neither author nor reason nor instant is known.
    """

    change_id: UUID
    module: str | None
    field: str
    former: Value
    corrected: Value
    reason: str | None
    changed_by: str | None
    changed_at: datetime | None


def _former(correction: Correction) -> str:
    return _shown(correction.field, correction.former)


def _corrected(correction: Correction) -> str:
    return _shown(correction.field, correction.corrected)


CORRECTIONS_OF_PROGRAMME = Table(
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
        Column("changed_by", N_("By")),
    ),
)
"""With the module that was corrected, of all that a programme teaches."""

CORRECTIONS = replace(
    CORRECTIONS_OF_PROGRAMME, columns=tuple(one for one in CORRECTIONS_OF_PROGRAMME.columns if one.name != "module")
)


async def keep(
    unit: UnitOfWork, subject: UUID, reason: StrEnum, former: Mapping[str, Any], corrected: Mapping[str, Any]
) -> None:
    """Stores each field in which the two states of the subject differ, with author and reason."""
    kept = {"subject_id": subject, "reason": reason, "changed_by": unit.author, "changed_at": unit.now}
    rows = [{"change_id": new_id(), **kept, **asdict(change)} for change in field_changes(former, corrected)]
    await sql.add_correction.execute_many(unit.connection, rows)


async def corrections_of(connection: Connection | Pool, *subjects: UUID) -> list[Correction]:
    """Returns what was corrected of these things, newest first."""
    return await sql.corrections.all(connection, Correction, subjects=subjects)


async def history_of(res: EnrollmentResources, *subjects: UUID) -> Page[Correction]:
    """Returns the same as a page shows it, with the names of the authors."""
    return history(await corrections_of(res.pool, *subjects), await staff.names(res))


def history(
    corrections: Iterable[Correction], names: Mapping[str, str], table: Table = CORRECTIONS
) -> Page[Correction]:
    """Returns these corrections as a page shows them, with the names of the authors."""
    return all_rows(table, staff.with_names(corrections, names, "changed_by"))


async def correction_form(pool: Pool, subject: UUID, reading: Awaitable[Values]) -> Form[Any]:
    """Returns the form with what is stored of the subject, and with the version that somebody corrects by it."""
    form = await form_on(pool, subject)
    return Form(await reading | form.values)


def values_of(stored: Any) -> Values:
    """Returns what a form shows of each field of a dataclass."""
    return {name: _typed(value) for name, value in asdict(stored).items()}


def _typed(value: Any) -> str | list[str]:
    if isinstance(value, bool):
        return "true" if value else ""
    return value if isinstance(value, list) else "" if value is None else str(value)


def _shown(field: str, value: Value) -> str:
    """A value as people know it: labels for codes, and days as they are written here."""
    match field, value:
        case _, None:
            return "—"
        case _, bool():
            return _("Yes") if value else _("No")
        case "subgroup", str():
            return subgroup_label(value) or value
        case name, str() if name in _ANSWERS:
            return _(_ANSWERS[name][value])
        case "organization_type", str():
            return _(ORGANIZATION_TYPE_GROUPS[value])
        case "material", [title, language, file_type, size, sha256, *audience]:
            kind = [_(LANGUAGES.get(language, language)), _(FILE_TYPES[file_type]), size_label(int(size))]
            kind += [_(AUDIENCES[one]) for one in audience]
            return f"{title} ({', '.join(kind)}, {sha256[:8]})"
        case "district", str():
            return territory.districts()[value].full_name
        case "mechanism", str():
            return _(MECHANISMS[value])
        case "province", str():
            return territory.provinces()[value]
        case "languages", list():
            return ", ".join(_(LANGUAGES.get(one, one)) for one in value)
        case "starts_on" | "ends_on" | "enrolled_on" | "birth_date" | "vouched_on", str():
            return f"{date.fromisoformat(value):%d/%m/%Y}"
        case _, int():
            return formats.number(value)
        case _, list():
            return "; ".join(value) or "—"
    return str(value)


_ANSWERS = {
    "sex": SEX_RECORDED,
    "mother_tongue": MOTHER_TONGUE_GROUPS,
    "ethnicity": ETHNICITY_GROUPS,
    "age_band": AGE_GROUPS,
    "document_type": DOCUMENT_TYPES,
    "indicator": INDICATORS,
    "status": TARGET_STATUSES,
    "waiting_list": WAITING_LISTS,
}
