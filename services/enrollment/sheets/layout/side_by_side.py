"""Two lists of people beside each other in one tab, as two tabs: a line of them is about a person each."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Row, Tab, is_blank, text_of
from services.enrollment.sheets.layout.heading_block import OTHER_PEOPLE
from services.enrollment.sheets.layout.heading_lines import Headings, find_headings, names_people
from services.enrollment.sheets.layout.headings import says_something, title_of_sex
from services.enrollment.sheets.layout.tables import NAMES, Field

_LINES_ABOVE = 2


def lists_of(tab: Tab) -> Iterator[Tab]:
    """Yields the tab, or one with the cells of each of its lists; what stands above them is in all."""
    headings = find_headings(tab.rows, tab.merged)
    starts = _starts(headings, tab.rows) if headings else []
    if headings is None or len(starts) < 2:
        yield tab
        return
    ends = [*starts[1:], max(len(row.cells) for row in tab.rows)]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1):
        rows = [row if row.line <= headings.first else _between(row, start, end) for row in tab.rows]
        merged = [one for one in tab.merged if start <= one.first_column and one.last_column < end]
        title = _title(tab.rows[: headings.first], start, end) or str(number)
        yield replace(tab, name=f"{tab.name} ({title})".strip(), rows=rows, merged=merged)


def _title(above: Sequence[Row], start: int, end: int) -> str:
    """Returns the title of a list, if the line above its headings has one for each sex."""
    texts = (text_of(cell) for row in above[-1:] for cell in row.cells[start:end])
    return next((text for text in texts if title_of_sex(text)), "")


def _starts(headings: Headings, rows: Sequence[Row]) -> list[int]:
    """Returns the first column of each list, if there are several: the same headings again, behind a number or an
    empty column, nothing above them that says that some are of other people, and no other table below."""
    columns = headings.columns
    first = next(column for column in columns if column.title)
    starts = [column.number for column in columns if column.title == first.title]
    lists = [columns[start:end] for start, end in pairwise([*starts, len(columns)])]
    fields = [[column.field for column in one if column.field] for one in lists]
    are_same = all(one == fields[0] and _names_people(one) for one in fields)
    are_apart = not says_something(first.title) or all(not columns[start - 1].title for start in starts[1:])
    above = rows[max(headings.first - _LINES_ABOVE, 0) : headings.last + 1]
    if not (are_same and are_apart) or any(map(_is_of_others, above)):
        return []
    below = (row for row in rows[headings.last + 1 :] if names_people(row))
    return starts if all(len({row.at(start) for start in starts}) == 1 for row in below) else []


def _names_people(fields: Sequence[Field]) -> bool:
    return Field.DOCUMENT in fields and not set(NAMES).isdisjoint(fields)


def _is_of_others(row: Row) -> bool:
    texts = (text_of(cell) for cell in row.cells if not is_blank(cell))
    return any(not OTHER_PEOPLE.isdisjoint(tokens(text)) for text in texts)


def _between(row: Row, start: int, end: int) -> Row:
    return replace(row, cells=("",) * start + row.cells[start:end])
