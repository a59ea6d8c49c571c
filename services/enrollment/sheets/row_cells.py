"""Reads the cells of a row by the conventions of its table, and collects what is wrong with them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self, TypeVar

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.cells import Cell, Row, is_blank, text_of
from services.enrollment.sheets.conventions import Conventions
from services.enrollment.sheets.layout.tables import Field, Table
from services.enrollment.sheets.row_context import Fault, SheetContext, fault_of, window_of
from services.enrollment.sheets.values.date_columns import DateColumn
from services.enrollment.sheets.values.texts import ungarbled

T = TypeVar("T")


@dataclass(slots=True)
class RowCells:
    """One row of a table."""

    table: Table
    context: SheetContext
    conventions: Conventions
    row: Row
    faults: list[Fault] = field(default_factory=list)

    def attempt(self, part: Callable[[Self], T]) -> T | None:
        """Reads a part; None where it cannot be read."""
        try:
            return part(self)
        except RejectedError as error:
            fault = fault_of(self.table, error.rejection)
            if fault not in self.faults:
                self.faults.append(fault)
            return None

    def cell(self, of: Field) -> Cell:
        """Returns what the row says of a field, in the letters with which it was written."""
        cell = self.table.cell(self.row, of)
        return ungarbled(cell) if isinstance(cell, str) and of not in self.conventions.kept else cell

    def text(self, of: Field) -> str:
        cell = self.cell(of)
        return "" if is_blank(cell) else text_of(cell)

    def read(self, of: Field, read: Callable[[Cell], T]) -> T:
        """Reads a cell. A rejection without a field gets this one."""
        try:
            return read(self.cell(of))
        except RejectedError as error:
            raise RejectedError(replace(error.rejection, field=error.rejection.field or of.value)) from None

    def read_stated(self, of: Field, read: Callable[[str], T]) -> T | None:
        """Reads the text of a cell that is not blank."""
        text = self.text(of)
        return self.read(of, lambda _: read(text)) if text else None

    def contact(self, of: Field, read: Callable[[str], str]) -> str | None:
        """Reads a way of contact. One that cannot be used refuses nobody: it is not kept, and `notes` tells so."""
        try:
            return self.read_stated(of, read)
        except RejectedError:
            return None

    def day(self, of: Field) -> date | None:
        if is_blank(self.cell(of)):
            return None
        column = self.conventions.dates.get(of, DateColumn())
        window = window_of(of, self.context.today)
        return self.read(of, lambda cell: column.read(cell, window))
