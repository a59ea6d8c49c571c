"""What is shown of a sheet before anything of it is written: how it was understood, and what becomes of its rows."""

from collections.abc import Iterable, Mapping
from typing import Self
from uuid import UUID

from pydantic import BaseModel
from pydantic import Field as Bounds

from chassis.web.audit_trail.store import MOST_PEOPLE
from contracts.territory import Scheme
from services.enrollment.imports.faults import StoredFault, of_sheet
from services.enrollment.imports.verdicts import MAXIMUM_PLACES, CountedFault, Verdicts, most_frequent
from services.enrollment.sheets.cells import is_blank, text_of
from services.enrollment.sheets.layout.left_out import LeftOut
from services.enrollment.sheets.layout.table_finder import Part
from services.enrollment.sheets.layout.tables import Column, Field
from services.enrollment.sheets.questions import Question
from services.enrollment.sheets.reading import Reading
from services.enrollment.sheets.sheet import Sheet
from services.enrollment.sheets.wordings import normalized

SAMPLES = 3
MAXIMUM_SAMPLE_CHARACTERS = 80


class ColumnPreview(BaseModel):
    """A column, counted from 1: its heading, normalized too, and the field it was understood as; None if it is not
    read. A tick in it means `meaning`. `proposals` are the fields that its heading resembles."""

    number: int
    title: str
    heading: str
    field: Field | None
    meaning: str
    proposals: tuple[Field, ...]
    samples: tuple[str, ...]


class TablePreview(BaseModel):
    """A table of a tab, counted from 1. `letterhead` and `scheme` are what the lines above say about all its rows."""

    tab: int
    line: int
    rows: int
    columns: tuple[ColumnPreview, ...]
    letterhead: Mapping[Field, str]
    scheme: Scheme | None


class LeftOutPreview(BaseModel):
    """Rows that are taken for no person, for a reason; `places` are tabs, counted from 1, and lines of the first."""

    reason: str
    rows: int
    places: tuple[tuple[int, int], ...]


class FaultyRows(BaseModel):
    """How many rows have a fault or a note; a row counts once for each. `places` are tabs, counted
    from 1, and lines of the first."""

    fault: StoredFault
    rows: int
    places: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, counted: CountedFault) -> Self:
        places = tuple((tab + 1, line) for tab, line in counted.places)
        return cls(fault=StoredFault.of(counted.fault), rows=counted.rows, places=places)


class RowsPreview(BaseModel):
    """Rows by the outcomes that they would come to if the sheet were committed now."""

    accepted: int = 0
    already_enrolled: int = 0
    waitlisted: int = 0
    review: int = 0
    refused: int = 0
    waiting: int = Bounds(
        0, description="Rows without a fault of their own that wait for an answer or for what holds all rows back."
    )

    @property
    def total(self) -> int:
        """Returns the number of all rows."""
        return sum(self.model_dump().values())


class Preview(BaseModel):
    """`rows` would come to these outcomes. `faults` and `questions` that are refusals hold all rows back: then those
    without a fault of their own are `waiting`, as those are that wait for an answer to another question. `notes` hold
    back none, and `not_kept` tells what is not kept of rows that would be taken. `form` is the digest of the headings,
    and `is_remembered` tells that a former sheet of this form was declared so. `people` are those who have a document
    of a row that would be decided on, as many as an entry of the audit trail names. `digests`
    are those of `DocumentDigests`."""

    form: str
    tabs: tuple[str, ...]
    tables: tuple[TablePreview, ...]
    left_out: tuple[LeftOutPreview, ...]
    faults: tuple[StoredFault, ...]
    questions: tuple[Question, ...]
    notes: tuple[StoredFault, ...] = ()
    rows: RowsPreview
    reasons: tuple[FaultyRows, ...]
    not_kept: tuple[FaultyRows, ...] = ()
    is_remembered: bool
    people: tuple[UUID, ...] = ()
    digests: Mapping[str, str] = {}

    def notes_of(self, field: Field | None) -> list[StoredFault]:
        """Returns what is noted of a field that a column has."""
        return [note for note in self.notes if note.field == field]

    @property
    def notes_of_sheet(self) -> list[StoredFault]:
        """Returns what is noted of fields that no column has."""
        columns = {column.field for table in self.tables for column in table.columns}
        return [note for note in self.notes if note.field not in columns]

    @property
    def headings(self) -> list[str]:
        """Returns the headings of all columns, normalized."""
        return [column.heading for table in self.tables for column in table.columns]

    @property
    def refusals(self) -> list[StoredFault]:
        """Returns what holds all rows back."""
        asked = [of_sheet(refusal) for one in self.questions if (refusal := one.refusal)]
        return [*self.faults, *map(StoredFault.of, asked)]


def preview_of(
    sheet: Sheet,
    reading: Reading,
    verdicts: Verdicts,
    form: bytes,
    digests: Mapping[str, str],
    *,
    is_remembered: bool,
) -> Preview:
    """Returns what is shown of the sheet."""
    return Preview(
        form=form.hex(),
        tabs=sheet.tabs,
        tables=tuple(map(_table, reading.parts)),
        left_out=left_out_rows(reading.left_out),
        faults=tuple(map(StoredFault.of, reading.faults)),
        questions=reading.questions,
        notes=tuple(map(StoredFault.of, reading.notes)),
        rows=RowsPreview(**verdicts.outcomes),
        reasons=tuple(map(FaultyRows.of, most_frequent(verdicts.faults))),
        not_kept=tuple(map(FaultyRows.of, most_frequent(verdicts.notes))),
        is_remembered=is_remembered,
        people=tuple(verdicts.people)[:MOST_PEOPLE],
        digests=digests,
    )


def _table(part: Part) -> TablePreview:
    table = part.table
    return TablePreview(
        tab=table.tab + 1,
        line=table.line,
        rows=len(part.rows),
        columns=tuple(_column(part, column) for column in table.columns if column.title or column.field),
        letterhead=table.letterhead.texts,
        scheme=table.letterhead.scheme,
    )


def _column(part: Part, column: Column) -> ColumnPreview:
    return ColumnPreview(
        number=column.number + 1,
        title=column.title,
        heading=normalized(column.title),
        field=column.field,
        meaning=column.meaning,
        proposals=column.proposals,
        samples=tuple(_samples(part, column)),
    )


def _samples(part: Part, column: Column) -> list[str]:
    """Returns the first different texts of the column."""
    found: dict[str, None] = {}
    for row in part.rows:
        if not is_blank(cell := row.at(column.number)):
            found[text_of(cell)[:MAXIMUM_SAMPLE_CHARACTERS]] = None
        if len(found) == SAMPLES:
            break
    return list(found)


def left_out_rows(left_out: Iterable[LeftOut]) -> tuple[LeftOutPreview, ...]:
    """Returns the lines that were left out, by the reason."""
    places: dict[str, list[tuple[int, int]]] = {}
    for one in left_out:
        places.setdefault(one.reason, []).append((one.tab + 1, one.line))
    return tuple(
        LeftOutPreview(reason=reason, rows=len(found), places=tuple(found[:MAXIMUM_PLACES]))
        for reason, found in places.items()
    )
