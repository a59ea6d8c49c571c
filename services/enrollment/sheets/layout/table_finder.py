"""Finds the tables of people in a tab: their headings, what stands above them, their rows, and what is left out."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from chassis.runtime.rejections import RejectedError
from contracts.territory import Scheme
from services.enrollment.sheets.cells import Cell, Merged, Row, Tab, is_blank, is_ditto, text_of
from services.enrollment.sheets.errors import SCHEME_CONTRADICTION, TOO_MANY_TABLES
from services.enrollment.sheets.layout.column_evidence import understood
from services.enrollment.sheets.layout.heading_lines import Headings, find_headings, headings_at, names_people
from services.enrollment.sheets.layout.headings import schemes_in
from services.enrollment.sheets.layout.leaving import stand_apart
from services.enrollment.sheets.layout.left_out import LeftOut, Reason
from services.enrollment.sheets.layout.letterhead import changed, scheme_of, statements
from services.enrollment.sheets.layout.line_kinds import LineKinds
from services.enrollment.sheets.layout.near_headings import near_fields
from services.enrollment.sheets.layout.sections import Section
from services.enrollment.sheets.layout.tables import CONSENTS, Column, Field, Letterhead, Table

_FILLED_DOWN = frozenset(
    {
        Field.DISTRICT,
        Field.DISTRICT_CODE,
        Field.PROVINCE,
        Field.DEPARTMENT,
        Field.COHORT,
        Field.ORGANIZATION,
        Field.ORGANIZATION_TYPE,
        Field.ENROLLED_ON,
        Field.CONSENT,
        Field.CONSENT_DATE,
    }
)
"""Fields whose merged cell is about all the rows it covers; one of another field is about one person."""

_REPEATED = _FILLED_DOWN | {
    *CONSENTS,
    Field.FAMILY_NAMES,
    Field.FIRST_FAMILY_NAME,
    Field.SECOND_FAMILY_NAME,
    Field.DOCUMENT_TYPE,
    Field.SEX,
    Field.MOTHER_TONGUE,
    Field.ETHNICITY,
    Field.PHONE,
}
"""Fields in which «ídem» can stand: what two people of a family have in common too."""


@dataclass(frozen=True, slots=True)
class Part:
    """A table and its rows that are about a person."""

    table: Table
    rows: Sequence[Row]


MAXIMUM_TITLES = 2_000
"""Limit of the different headings of a file: each is compared with all that are known."""


def tables_of(tab: Tab, number: int, titles: set[str]) -> tuple[list[Part], list[LeftOut]]:
    """Returns the tables of people of a tab, and what is left out. `titles` are the headings of the tabs before it, and
    get those of this one. Raises `RejectedError` for contradictory schemes, and for too many headings."""
    left_out: list[LeftOut] = []
    sections = list(_sections(tab, number, left_out, titles))
    return [_part(section, tab, number) for section in sections], left_out


def _sections(tab: Tab, number: int, left_out: list[LeftOut], titles: set[str]) -> Iterator[Section]:
    """Yields a section for each table; lines of headings that repeat those above them begin none."""
    blocks = list(_blocks(tab, titles))
    ends = [*(block.first for block in blocks), len(tab.rows)][1:]
    section: Section | None = None
    start = 0
    for block, end in zip(blocks, ends, strict=False):
        if section and _same(section.headings, block):
            lines = tab.rows[block.first : block.last + 1]
            left_out += [LeftOut(number, row.line, Reason.REPEATED_HEADINGS) for row in lines]
        else:
            if section:
                yield section
            above = tab.rows[start : block.first] if section is None else ()
            said, scheme = _letterhead(section, block, above)
            left_from = section.left_at_end if section else _left_above(above)
            section = Section(block, said, scheme, tab.rows[block.last].line, left_from=left_from)
        left_out += [LeftOut(number, row.line, why) for row, why in section.read(tab.rows[block.last + 1 : end])]
        start = end
    if section:
        yield section


def _left_above(above: Sequence[Row]) -> int | None:
    """Returns the line of a title above the headings by which the people of the table left, or lead the training."""
    texts = ((row.line, [text_of(cell) for cell in row.cells if not is_blank(cell)]) for row in above)
    return next((line for line, said in texts if len(said) == 1 and stand_apart(said[0])), None)


def _blocks(tab: Tab, titles: set[str]) -> Iterator[Headings]:
    """Yields the headings of each table."""
    block = find_headings(tab.rows, tab.merged)
    while block:
        yield block
        titles.update(column.title for column in block.columns)
        if len(titles) > MAXIMUM_TITLES:
            raise RejectedError(TOO_MANY_TABLES)
        kinds, after = LineKinds(block.columns), range(block.last + 1, len(tab.rows))
        places = (place for place in after if not kinds.is_person(tab.rows[place]) and names_people(tab.rows[place]))
        place = next(places, None)
        block = None if place is None else headings_at(tab.rows, tab.merged, place, block.last + 1)


def _same(one: Headings, other: Headings) -> bool:
    return [replace(column, title="") for column in one.columns if column.field] == [
        replace(column, title="") for column in other.columns if column.field
    ]


def _letterhead(
    section: Section | None, block: Headings, above: Sequence[Row]
) -> tuple[Mapping[Field, str], Scheme | None]:
    said: Mapping[Field, str] = section.said_last if section else {}
    said = changed(said, [one for row in above for one in statements(row)])
    return said, _scheme(block, above) or (section.scheme if section else None)


def _scheme(block: Headings, above: Sequence[Row]) -> Scheme | None:
    """Returns the scheme that the heading of the code column declares, or a line above that mentions UBIGEO."""
    titles = [column.title for column in block.columns if column.field is Field.DISTRICT_CODE]
    declared = {scheme for title in titles for scheme in schemes_in(title)}
    declared = declared or {scheme for row in above for scheme in scheme_of(row)}
    if len(declared) > 1:
        raise RejectedError(SCHEME_CONTRADICTION)
    return next(iter(declared), None)


def _part(section: Section, tab: Tab, number: int) -> Part:
    columns = [replace(column, is_hidden=column.number in tab.hidden_columns) for column in section.headings.columns]
    rows = [replace(row, tab=number) if number else row for row in _filled(section.rows, columns, tab.merged)]
    letterhead = Letterhead(dict(section.said), section.scheme)
    table = Table(
        number,
        section.line,
        understood(columns, rows),
        letterhead,
        tuple(section.groups),
        counts_from_1904=tab.counts_from_1904,
        left_from=0 if stand_apart(tab.name) else section.left_from,
    )
    return Part(table, rows)


def _filled(rows: Sequence[Row], columns: Sequence[Column], merged: Sequence[Merged]) -> list[Row]:
    """Writes what a merged cell says into the rows that it covers."""
    by_line = {row.line: row for row in rows}
    filled = {column.number for column in columns if _is_among(column, _FILLED_DOWN)}
    for one in merged:
        if one.first_column in filled and one.first_line in by_line:
            cell = by_line[one.first_line].at(one.first_column)
            for line in range(one.first_line + 1, min(one.last_line, rows[-1].line) + 1):
                if row := by_line.get(line):
                    by_line[line] = replace(row, cells=_with(row.cells, one.first_column, cell))
    return _repeated(list(by_line.values()), {column.number for column in columns if _is_among(column, _REPEATED)})


def _repeated(rows: Sequence[Row], columns: set[int]) -> list[Row]:
    """Writes what the row above says where a row has «ídem» or a ditto mark."""
    found: list[Row] = []
    for row in rows:
        for column in columns:
            if found and is_ditto(row.at(column)):
                row = replace(row, cells=_with(row.cells, column, found[-1].at(column)))
        found.append(row)
    return found


def _is_among(column: Column, fields: AbstractSet[Field]) -> bool:
    if column.field is None:
        return not fields.isdisjoint(near_fields(column.title))
    return column.field in fields


def _with(cells: Sequence[Cell], column: int, cell: Cell) -> tuple[Cell, ...]:
    padded = [*cells, *[""] * (column + 1 - len(cells))]
    padded[column] = cell
    return tuple(padded)
