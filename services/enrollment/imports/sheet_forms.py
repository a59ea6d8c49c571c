"""What was declared about sheets of a form, remembered for the next sheet with the same headings. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.web.texts import N_
from services.enrollment.sheets.cells import MAXIMUM_COLUMNS
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.sheet import Sheet
from services.enrollment.sheets.wordings import normalized

_REMEMBERED = {"ubigeo_scheme", "name_order", "date_order", "sex_letters"}
"""What a sheet's form tells. Cohort, district and consent are those of one sheet and its people."""


@dataclass(frozen=True, slots=True)
class SheetForm:
    """What is stored of a form. `columns` has the digest of each heading, because a heading can name a person."""

    declaration: Mapping[str, Any]
    columns: Mapping[str, str | None]


def form_of(sheet: Sheet) -> bytes:
    """Returns the digest by which sheets of one form are known: that of their headings, in order."""
    return _digest("\n".join(_headings(sheet))).digest()


def remembered(declaration: Declaration) -> SheetForm:
    """Returns what the next sheet of the form is understood by."""
    declared = declaration.model_dump(mode="json", include=_REMEMBERED, exclude_none=True)
    return SheetForm(declared, {_name(heading): field for heading, field in declaration.columns.items()})


def recalled(form: SheetForm, sheet: Sheet) -> Declaration:
    """Returns the declaration of a sheet of this form."""
    columns = {heading: form.columns[_name(heading)] for heading in _headings(sheet) if _name(heading) in form.columns}
    return Declaration.model_validate({**form.declaration, "columns": columns})


def revised(declaration: Declaration, by: Declaration) -> Declaration:
    """Returns the declaration with what the other one says, also that something is None.

    Raises `RejectedError` if both together are about more columns than a sheet may have.
    """
    columns = {**declaration.columns, **by.columns}
    if len(columns) > MAXIMUM_COLUMNS:
        raise RejectedError(_TOO_MANY_COLUMNS)
    said = {name: getattr(by, name) for name in by.model_fields_set}
    return declaration.model_copy(update={**said, "columns": columns})


def _headings(sheet: Sheet) -> Iterable[str]:
    return [normalized(column.title) for part in sheet.parts for column in part.table.columns]


def _name(heading: str) -> str:
    return _digest(heading).hexdigest()


_TOO_MANY_COLUMNS = Rejection(
    "too_many_columns_declared",
    N_("More than %(most)s columns are declared for this sheet."),
    field="columns",
    remedy=N_("Declare only columns that the sheet has; to begin anew, discard it and send the file again."),
    values={"most": MAXIMUM_COLUMNS},
)


def _digest(text: str) -> "hashlib._Hash":
    return hashlib.sha256(text.encode())
