"""What can be asked about imports."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import UploadFile
from pydantic import BeforeValidator, Field, Json, StringConstraints

from chassis.web.inputs import Command
from chassis.web.repeated_keys import says_each_once
from chassis.web.texts import N_
from services.enrollment.sheets.cells import MAXIMUM_COLUMNS
from services.enrollment.sheets.declaration import Declaration, DeclaredColumns

MAXIMUM_TYPED_CHARACTERS = 1_000
"""Characters of a cell that somebody types."""


def _plainly_written(number: object) -> object:
    if isinstance(number, str) and not re.fullmatch("[1-9][0-9]{0,9}", number):
        raise ValueError(NOT_PLAIN_NUMBER)
    return number


NOT_PLAIN_NUMBER = N_("The number is written with digits only, and does not begin with 0.")

PlainNumber = BeforeValidator(_plainly_written)
"""Refuses all ways but one in which a number can be written, so that two names are never one place."""

ColumnNumber = Annotated[int, PlainNumber, Field(ge=1, le=MAXIMUM_COLUMNS)]
TypedText = Annotated[str, StringConstraints(max_length=MAXIMUM_TYPED_CHARACTERS)]


@dataclass(frozen=True, slots=True)
class UploadedSheet:
    """A file as it was sent, with its name and what was declared about it. `preview` asks to be shown it first."""

    content: bytes
    name: str
    declaration: Declaration
    preview: bool = False


class SentSheet(Declaration):
    """A sheet as a form sends it, with what the answers of a preview can declare too. The bound of a form's field holds
    before `columns` are read as JSON."""

    columns: Annotated[Json[DeclaredColumns], BeforeValidator(says_each_once)] = Field(
        "{}", validate_default=True, description="An object of JSON: the field of each heading, or null."
    )
    file: UploadFile
    preview: bool = Field(False, description="Show what was understood before anything is written.")

    async def uploaded(self) -> UploadedSheet:
        """Reads the file, and tells it from what is declared about it."""
        declared = self.model_dump(include=set(Declaration.model_fields), exclude_unset=True)
        return UploadedSheet(await self.file.read(), self.file.filename or "", Declaration(**declared), self.preview)


class CorrectRow(Command):
    """The new texts of a row's cells, by the number of the column, counted from 1; the other cells stay."""

    cells: Annotated[dict[ColumnNumber, TypedText], Field(max_length=MAXIMUM_COLUMNS)]


class UndoImport(Command):
    """Undoes an import; `partly` leaves the rows that something depends on, instead of undoing nothing."""

    partly: bool = False
