"""Reads a row of a sheet as an application for a seat, or tells all that is wrong with it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from chassis.runtime.rejections import Rejection
from services.enrollment.enrollments.domain import Application
from services.enrollment.identity.contact import read_email, read_phone
from services.enrollment.identity.names import Names
from services.enrollment.sheets.cells import Row
from services.enrollment.sheets.conventions import Conventions, conventions_of
from services.enrollment.sheets.errors import (
    BROKEN_QUOTES,
    CELLS_CONTRADICT,
    CONTACT_NOT_KEPT,
    DOCUMENT_DISPUTED,
    ORGANIZATION_NOT_READ,
    ZERO_RESTORED,
)
from services.enrollment.sheets.layout.table_finder import Part
from services.enrollment.sheets.layout.tables import NAMES, Field, Table
from services.enrollment.sheets.row_context import (
    Fault,
    NameIndex,
    SheetContext,
    fault_of,
    name_index_of,
    window_of,
)
from services.enrollment.sheets.row_reader import PARTS, RowReader
from services.enrollment.sheets.values.texts import whole_words

__all__ = ["Fault", "NameIndex", "RowParser", "SheetContext", "name_index_of", "row_parsers_for", "window_of"]

_CONTACTS = ((Field.PHONE, read_phone), (Field.EMAIL, read_email))


@dataclass(frozen=True, slots=True)
class RowParser:
    """Reads the rows of one table."""

    table: Table
    names: NameIndex
    context: SheetContext
    conventions: Conventions

    def read(self, row: Row, enrollment_id: UUID) -> Application | tuple[Fault, ...]:
        """Returns the application, or all that is wrong with the row."""
        if row.has_broken_quotes:
            return (self.fault(BROKEN_QUOTES),)
        reader = self._reader(row)
        values = {name: reader.attempt(part) for name, part in PARTS.items()}
        if not reader.faults and self._is_disputed(row):
            return (self.fault(DOCUMENT_DISPUTED),)
        reader.faults += [
            Fault(column.number, replace(CELLS_CONTRADICT, field=column.field))
            for column in self.table.contradictions(row)
        ]
        if reader.faults:
            reader.attempt(RowReader.require_consents)
            return tuple(reader.faults)
        return Application(enrollment_id=enrollment_id, **values)  # type: ignore[arg-type]

    def document_text(self, row: Row) -> str:
        """Returns the document as the row has it, with the zeros that it lost; empty where it has none."""
        reader = self._reader(row)
        text = reader.text(Field.DOCUMENT)
        document = None if "-" in text else reader.attempt(RowReader.document)
        return document.number if document else text

    def names_of(self, row: Row) -> Names | None:
        """Returns the names of the row's person, if they can be read."""
        return self._reader(row).attempt(RowReader.names)

    def name_words(self, row: Row) -> str | None:
        """Returns each word once of all cells with names, but for those whose letters were lost; None if all cells are
        blank."""
        texts = list(filter(None, map(self._reader(row).text, NAMES)))
        return " ".join(dict.fromkeys(word for text in texts for word in whole_words(text))) if texts else None

    def notes(self, row: Row) -> tuple[Fault, ...]:
        """Returns what is to be looked at in a row that is taken: zeros that were restored, and what is not kept of it,
        a type of organization beside another, and ways of contact that nobody can use, or may use."""
        reader = self._reader(row)
        restored = [self.fault(ZERO_RESTORED)] if reader.has_restored_zero() else []
        organization = [self.fault(ORGANIZATION_NOT_READ)] if reader.has_two_organization_types() else []
        return (*restored, *organization, *self._unkept_contacts(row))

    def _unkept_contacts(self, row: Row) -> tuple[Fault, ...]:
        reader = self._reader(row)
        if reader.is_of_past_cohort():
            return ()
        agrees = reader.attempt(lambda reader: reader.agrees(Field.CONSENT_CONTACT))
        usable = [of for of, read in _CONTACTS if reader.attempt(partial(RowReader.read_stated, of=of, read=read))]
        if agrees:
            return tuple(reader.faults)
        return tuple(self.fault(replace(CONTACT_NOT_KEPT, field=of)) for of in usable)

    def _is_disputed(self, row: Row) -> bool:
        """Tells whether several people of the sheet have the row's document, which is read again only if any do."""
        disputed = self.conventions.disputed_documents
        return bool(disputed) and self.document_text(row) in disputed

    def fault(self, rejection: Rejection) -> Fault:
        """Returns a fault with the column of the rejection's field."""
        return fault_of(self.table, rejection)

    def _reader(self, row: Row) -> RowReader:
        return RowReader(self.table, self.context, self.conventions, row, known=self.names)


def row_parsers_for(parts: Sequence[Part], names: NameIndex, context: SheetContext) -> list[RowParser]:
    """Returns the parser of the rows of each of a file's tables."""
    conventions = conventions_of(parts, context.declaration)
    return [RowParser(part.table, names, context, one) for part, one in zip(parts, conventions, strict=True)]
