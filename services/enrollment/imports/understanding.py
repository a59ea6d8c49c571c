"""By what the rows of an import were read, stored so that a row is read again as it was the first time."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from pydantic import TypeAdapter

from services.enrollment.sheets.layout.left_out import LeftOut
from services.enrollment.sheets.layout.tables import Table
from services.enrollment.sheets.reading import Reading
from services.enrollment.sheets.rows import NameIndex, RowParser
from services.enrollment.sheets.sheet import Sheet
from services.enrollment.sheets.understood import for_corrections

_NO_NAMES = NameIndex({}, {})


@dataclass(frozen=True, slots=True)
class Understanding:
    """The names of the tabs, the tables with their parsers, and the lines that were left out."""

    tabs: tuple[str, ...]
    tables: tuple[Table, ...]
    parsers: tuple[RowParser, ...]
    left_out: tuple[LeftOut, ...] = ()

    @classmethod
    def of(cls, sheet: Sheet, reading: Reading) -> Self:
        """Keeps the parsers as whoever corrects a row needs them, without the names that are known now."""
        parsers = tuple(replace(for_corrections(parser), names=_NO_NAMES) for parser in reading.parsers)
        return cls(sheet.tabs, tuple(parser.table for parser in parsers), parsers, reading.left_out)

    @property
    def texts(self) -> Iterator[str]:
        """Yields what may name a person: the headings, the lines above them, and the names of the tabs."""
        yield from self.tabs
        for table in self.tables:
            yield from (column.title for column in table.columns)
            yield from table.letterhead.texts.values()
            yield from (text for group in table.groups for text in group.texts.values())

    def table_of(self, tab: int, line: int) -> int:
        """Returns the number of the table in which a row stands: the last one that begins above it."""
        above = bisect_left(self.tables, (tab, line), key=lambda table: (table.tab, table.line)) - 1
        return above if above >= 0 and self.tables[above].tab == tab else 0

    def parser_at(self, tab: int, line: int) -> RowParser:
        """Returns the parser of a row as it was stored."""
        return self.parsers[self.table_of(tab, line)]

    def parser_of(self, tab: int, line: int, names: NameIndex, today: date) -> RowParser:
        """Returns the parser of a row, with the names and the day of now."""
        parser = self.parser_at(tab, line)
        return replace(parser, names=names, context=replace(parser.context, today=today))


_UNDERSTANDING = TypeAdapter(Understanding)


def as_json(understanding: Understanding) -> bytes:
    """Writes what is stored, encrypted by the caller."""
    return _UNDERSTANDING.dump_json(understanding)


def from_json(text: bytes) -> Understanding:
    """Reads what was stored."""
    return _UNDERSTANDING.validate_json(text)
