"""By what the rows of a sheet are read, and what is wrong with one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from chassis.runtime.rejections import Rejection
from chassis.web.texts import N_
from services.enrollment.consent.domain import CONSENT_MISSING, GUARDIAN_MISSING
from services.enrollment.enrollments.dates import FIRST_DAY
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.layout.tables import Field, Table
from services.enrollment.sheets.values.dates import DateWindow
from services.enrollment.sheets.wordings import first_wording, normalized

_CONSENTS = {CONSENT_MISSING.code: Field.CONSENT, GUARDIAN_MISSING.code: Field.CONSENT_GUARDIAN}
_ADD_CONSENT = N_("Ask for it; then add a column named %(column)s to the downloaded sheet, and write Sí into it.")
_MAXIMUM_AGE = timedelta(days=110 * 365)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row or a sheet, in a column counted from 0 if the table has one for it. `heading` is the
    column's, where the fault is about the words of it."""

    column: int | None
    rejection: Rejection
    heading: str = ""


@dataclass(frozen=True, slots=True)
class NameIndex:
    """The ids of cohorts and organizations by normalized name. Several cohorts can share a name; `past` are those of
    which a list states who was trained."""

    cohorts: Mapping[str, tuple[UUID, ...]]
    organizations: Mapping[str, UUID]
    past: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class SheetContext:
    """What the sender declared, and the day on which the sheet is read."""

    declaration: Declaration
    today: date


def fault_of(table: Table, rejection: Rejection) -> Fault:
    """Returns what is wrong with a row, in the column of the rejection's field. Where the table has no column for a
    consent that is missing, the remedy names it."""
    lacking = _CONSENTS.get(rejection.code)
    if lacking and not table.has(lacking):
        named = {"column": first_wording("headings", lacking)}
        rejection = replace(rejection, remedy=_ADD_CONSENT, values=named)
    return Fault(table.column_of(rejection.field or ""), rejection)


def window_of(field: Field, today: date) -> DateWindow:
    """Returns the days between which a date with a year of two digits lies."""
    return DateWindow(today - _MAXIMUM_AGE if field is Field.BIRTH_DATE else FIRST_DAY, today)


def name_index_of(
    cohorts: Iterable[tuple[str, UUID]], organizations: Iterable[tuple[str, UUID]], past: Iterable[UUID] = ()
) -> NameIndex:
    """Indexes the names and ids."""
    by_name: dict[str, tuple[UUID, ...]] = {}
    for name, cohort_id in cohorts:
        by_name[normalized(name)] = (*by_name.get(normalized(name), ()), cohort_id)
    by_organization = {normalized(name): organization_id for name, organization_id in organizations}
    return NameIndex(by_name, by_organization, frozenset(past))
