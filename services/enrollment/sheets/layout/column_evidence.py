"""What the cells of a table tell about its columns: ticks, dates in three columns, columns that contradict each other,
and what a column with an unknown heading may be."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from services.enrollment.sheets.cells import Cell, Row, is_blank, text_of
from services.enrollment.sheets.layout.cell_evidence import fields_of_cells
from services.enrollment.sheets.layout.consent_questions import are_answers, consents_asked, is_about_personal_data
from services.enrollment.sheets.layout.divided_cells import CHECKS, CROSSES, SIGNS
from services.enrollment.sheets.layout.headings import MAXIMUM_TITLE_CHARACTERS, answer_at_end, date_part, sex_answer
from services.enrollment.sheets.layout.near_headings import near_fields
from services.enrollment.sheets.layout.tables import (
    DATES,
    NAMES,
    YES_OR_NO,
    Column,
    DatePart,
    Field,
    Table,
    contradict,
    repeated,
)
from services.enrollment.sheets.values.dates import is_age
from services.enrollment.sheets.wordings import normalized, wordings

_YES, _NO = "Sí", "No"
_CODES = re.compile(r"\b([0-9]) ?[=:.)-] ?(s[ií]|no)\b", re.IGNORECASE)


def declared(table: Table, rows: Sequence[Row], fields: Mapping[str, Field | None]) -> Table:
    """Returns the table with the fields that its sender says of normalized headings; None is not read."""
    columns = [_declared(column, fields) for column in table.columns] if fields else table.columns
    return replace(table, columns=tuple(_as_cells_mean(columns, rows)))


def understood(columns: Sequence[Column], rows: Sequence[Row]) -> tuple[Column, ...]:
    """Returns the columns as their headings and their cells together mean them."""
    meant = [_with_ages(_with_consent(column, rows), rows) for column in columns]
    read = _with_full_names(_as_cells_mean(meant, rows), rows)
    contradictory = {same[0].field for same in repeated(read) if any(contradict(same, row) for row in rows)}
    read = [_asked(column) if column.field in contradictory else column for column in read]
    fields = {column.field for column in read if column.field}
    answers = _answers_without_question(read)
    return tuple(_with_proposals(column, rows, fields, may_be_consent=column in answers) for column in read)


def _declared(column: Column, fields: Mapping[str, Field | None]) -> Column:
    heading = normalized(column.title)
    if heading not in fields:
        return column
    if fields[heading] is column.field:
        return replace(column, proposals=())
    field, title = fields[heading], column.title
    return replace(column, field=field, meaning=answer_at_end(title, field), proposals=(), part=date_part(title, field))


def _as_cells_mean(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    return _with_date_parts([_with_tick(column, rows) for column in columns], rows)


def _with_consent(column: Column, rows: Sequence[Row]) -> Column:
    """Reads a sentence that asks for the consent to the use of personal data, if its cells are answers; one that is too
    long to be asked about is read whatever its cells are."""
    if column.field or not is_about_personal_data(column.title):
        return column
    is_read = len(column.title) > MAXIMUM_TITLE_CHARACTERS or are_answers(_stated(column, rows))
    return replace(column, field=Field.CONSENT) if is_read else column


def _with_ages(column: Column, rows: Sequence[Row]) -> Column:
    """Asks whether a column of births is one of ages, if it has nothing else."""
    if column.field is not Field.BIRTH_DATE or column.part:
        return column
    cells = list(_stated(column, rows))
    are_ages = len(cells) > 1 and all(map(is_age, cells))
    return replace(column, field=None, proposals=(Field.AGE,)) if are_ages else column


def _with_full_names(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    """Asks whether the only column of names, which is called as one of their parts, has full names."""
    named = ((column.field,) if column.field else near_fields(column.title) for column in columns)
    fields = {field for some in named for field in some if field in NAMES}
    if len(fields) != 1 or Field.FULL_NAME in fields:
        return list(columns)
    return [
        replace(column, field=None, proposals=(Field.FULL_NAME, column.field))
        if column.field in fields and _are_of_several_words(_stated(column, rows))
        else column
        for column in columns
    ]


def _are_of_several_words(cells: Iterable[Cell]) -> bool:
    several = [len(text_of(cell).split()) > 1 for cell in cells]
    return 2 * sum(several) > len(several)


def _with_tick(column: Column, rows: Sequence[Row]) -> Column:
    """A column in which one sign stands says by it what its heading ends with. That of a consent says yes by it
    otherwise, and may have a no besides."""
    if column.meaning or column.field not in {Field.SEX, *YES_OR_NO}:
        return column
    answers = {text_of(cell).casefold() for cell in _stated(column, rows)}
    signs, others = answers & SIGNS, answers - SIGNS
    are_no = all(wordings("yes_or_no").get(normalized(answer)) == "no" for answer in others - CROSSES)
    is_ticked = len(signs) == 1 and (are_no or (column.field in YES_OR_NO and signs <= CHECKS))
    is_counted = column.field in YES_OR_NO and "1" in answers and _are_counts(column.title, answers)
    return replace(column, meaning=_ended(column)) if is_ticked or is_counted else column


def _are_counts(title: str, answers: Iterable[str]) -> bool:
    """Tells whether 1 is a yes and all other answers are a no, as the heading explains it, or 0 alone."""
    codes = {code: normalized(meaning) for code, meaning in _CODES.findall(title)} or {"0": "no", "1": "si"}
    return codes.get("1") == "si" and all(codes.get(answer) == "no" for answer in answers if answer != "1")


def _ended(column: Column) -> str:
    """Returns the answer with which a heading ends; one that explains codes ends with the last of them."""
    if column.field in YES_OR_NO and _CODES.search(column.title):
        return _YES
    *_, last = ["", *normalized(column.title).split()]
    if column.field is Field.SEX:
        return last.upper() if sex_answer(last) else ""
    return _NO if last == "no" else _YES


def _with_date_parts(columns: Sequence[Column], rows: Sequence[Row]) -> list[Column]:
    """Reads three columns below one heading of a date as day, month and year, if their numbers are such."""
    found = list(columns)
    for field in DATES:
        same = [column for column in columns if column.field is field]
        if len(same) == 3 and not any(column.part for column in same) and _are_parts(same, rows):
            for column, part in zip(same, DatePart, strict=True):
                found[found.index(column)] = replace(column, part=part)
    return found


def _are_parts(columns: Sequence[Column], rows: Sequence[Row]) -> bool:
    days, months, years = ([text_of(cell) for cell in _stated(column, rows)] for column in columns)
    numbers = all(text.isdecimal() and len(text) <= 4 for text in (*days, *months, *years))
    return bool(years) and numbers and all(len(text) == 4 for text in years) and all(len(text) <= 2 for text in days)


def _asked(column: Column) -> Column:
    return replace(column, field=None, meaning="", proposals=(column.field,) if column.field else (), part=None)


def _answers_without_question(columns: Sequence[Column]) -> list[Column]:
    """Returns neighbors called «Sí» and «No», below which offices tick who consents."""
    pairs = [pair for pair in pairwise(columns) if {normalized(one.title) for one in pair} == {"si", "no"}]
    return [column for pair in pairs for column in pair]


def _with_proposals(column: Column, rows: Sequence[Row], known: Iterable[Field], *, may_be_consent: bool) -> Column:
    if column.field or column.proposals or not column.title:
        return column
    asked = (Field.CONSENT,) if may_be_consent else _consents(column, rows)
    near = asked or near_fields(column.title) or fields_of_cells(column.title, _stated(column, rows))
    return replace(column, proposals=tuple(field for field in near if field not in known))


def _consents(column: Column, rows: Sequence[Row]) -> tuple[Field, ...]:
    """Returns the consents that a column may be in which something is written, be it a clear answer or not."""
    if len(column.title) > MAXIMUM_TITLE_CHARACTERS or not any(True for _ in _stated(column, rows)):
        return ()
    return consents_asked(column.title)


def _stated(column: Column, rows: Sequence[Row]) -> Iterator[Cell]:
    return (cell for row in rows if not is_blank(cell := row.at(column.number)))
