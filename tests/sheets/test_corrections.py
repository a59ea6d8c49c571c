"""The refused rows come back as a sheet: with its marked cells put right, it goes in as it stands."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from services.enrollment.enrollments.domain import Application
from services.enrollment.imports.correction_rows import RowToCorrect
from services.enrollment.imports.correction_sheet import CorrectionSheet
from services.enrollment.imports.faults import StoredFault
from services.enrollment.imports.understanding import Understanding
from services.enrollment.sheets.cells import Cell
from services.enrollment.sheets.errors import CELLS_CONTRADICT, PERSON_LEFT
from services.enrollment.sheets.row_context import Fault
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.sheets.understood import settled
from services.enrollment.sheets.wordings import normalized
from tests.sheets.columns import Column
from tests.sheets.comparison import differences
from tests.sheets.generator import GeneratedSheet, generate
from tests.sheets.grids import as_text
from tests.sheets.reader import COHORT_ID, Taken, clerk_reading, import_content
from tests.sheets.shown import COHORT, Shown
from tests.sheets.styles import Style

SEEDS = 150


def as_remedies_show(day: date) -> Cell:
    return f"{day:%d/%m/%Y}"


def as_a_program_takes_it(day: date) -> Cell:
    return day


def corrected(
    sheet: GeneratedSheet, written: Callable[[date], Cell] = as_a_program_takes_it
) -> tuple[CorrectionSheet, list[Shown]]:
    """The sheet of refused rows of which each fault has a column, put right, and whom its rows show."""
    content = read_sheet(sheet.content)
    reading = clerk_reading(sheet, content)
    understanding = Understanding.of(content, reading)
    rows, people = [], []
    for part, parser in zip(reading.parts, reading.parsers, strict=True):
        for row in part.rows:
            found, shown = parser.read(row, uuid4()), sheet.rows.get((row.tab, row.line))
            if isinstance(found, Application) or shown is None or not all(map(_can_be_put_right, found)):
                continue
            cells = settled(parser, row).cells
            to_correct = RowToCorrect(understanding, row.tab, row.line, cells, list(map(StoredFault.of, found)))
            rows.append(replace(to_correct, cells=_put_right(sheet, to_correct, shown, written)))
            people.append(shown)
    return CorrectionSheet(understanding, rows, {COHORT_ID: COHORT}), people


def _can_be_put_right(fault: Fault) -> bool:
    return fault.column is not None and fault.rejection.code not in (PERSON_LEFT.code, CELLS_CONTRADICT.code)


def _put_right(sheet: GeneratedSheet, row: RowToCorrect, shown: Shown, written: Callable[[date], Cell]) -> list[Cell]:
    """Writes into the marked cells what the office would have written without the flaw, as the remedies tell."""
    titles = {column.number: column.title for column in row.table.columns}
    cells: list[Cell] = list(row.cells)
    for number in row.columns:
        title = f" {normalized(titles[number])}"
        column = next(one for one in sheet.columns if title.endswith(f" {normalized(one.title) or '?'}"))
        is_birth = column.key == "birth"
        cells[number] = written(shown.person.born_on) if is_birth else _whole(sheet.style, column, shown)
    return cells


def _whole(style: Style, column: Column, shown: Shown) -> str:
    if column.key == "district" and style.place in ("district alone", "merged"):
        return f"{shown.whole['district']}, {shown.whole['province']}"
    if column.key == "names":
        return f"{shown.family}, {shown.given}"
    is_plain = column.key == "document" and "-" not in as_text(shown.whole["document"])
    return shown.person.number if is_plain else as_text(shown.whole[column.key])


def _problems(content: bytes, people: Sequence[Shown]) -> Iterator[str]:
    """Sends a sheet without a word about it, and yields what is not as it should be."""
    result = import_content(content, lambda before, *_: before)
    yield from (one.code for one in result.refusals)
    if not result.refusals and len(result.outcomes) != len(people):
        yield "another number of rows"
    for shown, outcome in zip(people, result.outcomes.values(), strict=False):
        if isinstance(outcome, Taken):
            yield from differences(shown, outcome.application)
        else:
            yield str(outcome)


@pytest.mark.parametrize(("kind", "written"), [("xlsx", as_a_program_takes_it), ("csv", as_remedies_show)])
def test_what_is_put_right_goes_in_as_it_stands(kind: str, written: Callable[[date], Cell]) -> None:
    problems, count = [], 0
    for seed in range(SEEDS):
        sheet, people = corrected(generate(seed), written)
        count += len(people)
        if people:
            content = sheet.as_xlsx() if kind == "xlsx" else sheet.as_csv()
            problems += [f"seed {seed}: {one}" for one in _problems(content, people)]

    assert problems == []
    assert count > SEEDS // 2, "the check has lost its subject"


def test_days_that_were_exchanged_are_not_exchanged_again() -> None:
    flaws = frozenset({"sex unknown", "no consent", "district unknown", "document missing"})
    sheet, people = corrected(generate(1, Style(birth="swapped", enrolled="none", flaws=flaws), 40))

    assert any(not isinstance(one.whole["birth"], str) for one in people), "the check has lost its subject"
    assert list(_problems(sheet.as_xlsx(), people)) == []


def test_a_zero_that_a_workbook_lost_is_in_the_csv_that_comes_back() -> None:
    sheet, people = corrected(generate(16, Style(document="numbers", flaws=frozenset({"year alone"})), 40))
    short = [one for one in people if one.person.number.startswith("0")]

    assert short, "the check has lost its subject"
    assert all(f"{one.person.number};" in sheet.as_csv().decode("utf-8-sig") for one in short)
    assert list(_problems(sheet.as_csv(), people)) == []
