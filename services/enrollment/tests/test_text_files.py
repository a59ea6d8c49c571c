"""Text files: their delimiters and quotation marks."""

import pytest

from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.tests.parsed_sheets import parsed
from services.enrollment.tests.sheets import a_row, csv_of, table
from services.enrollment.tests.test_sheet_forms import HEADINGS, person, said

# Delimiters and quotation marks --------------------------------------------------------------------------------------


def test_bars_can_separate_cells() -> None:
    assert parsed(csv_of(table([a_row()]), delimiter="|")).codes == ["ok"]


@pytest.mark.parametrize(
    "broken",
    [
        '71000002;"Los "Andes" SAC";Luis',
        '71000002;"Rojas;Luis',
        '71000002;"Rojas"x;Luis',
    ],
)
def test_a_stray_quotation_mark_harms_its_own_line_only(broken: str) -> None:
    good = [";".join(person(number)) for number in (1, 3, 4)]
    lines = [";".join(HEADINGS), good[0], broken, good[1], '71000005;"Rojas";"Inés"', good[2]]
    rows = read_sheet("\n".join(lines).encode()).parts[0].rows
    assert [(row.line, row.has_broken_quotes) for row in rows] == [
        (2, False),
        (3, True),
        (4, False),
        (5, False),
        (6, False),
    ]


def test_rows_do_not_run_into_each_other_between_two_stray_quotation_marks() -> None:
    lines = [";".join(HEADINGS), '71000001;"Rojas;Inés', '71000002;Tello";Luis', ";".join(person(3))]
    rows = read_sheet("\n".join(lines).encode()).parts[0].rows
    assert [(row.line, row.has_broken_quotes) for row in rows] == [(2, True), (3, True), (4, False)]


def test_a_row_with_stray_quotation_marks_is_refused_with_its_line() -> None:
    rows = [a_row(), a_row(Apellidos='"Los "Andes""'), a_row()]
    found = parsed(csv_of(table(rows)))
    assert (found.lines, found.codes) == ([2, 3, 4], ["ok", "quotes_broken", "ok"])


def test_a_cell_may_have_several_lines() -> None:
    lines = [";".join(HEADINGS), '"7100\n0001";Rojas;"Inés\nAna"', '71000002;"Tello;\n""T""";Luis']
    sheet = read_sheet("\n".join(lines).encode())
    assert said(sheet, Field.GIVEN_NAMES) == ["Inés Ana", "Luis"]
    assert said(sheet, Field.FAMILY_NAMES) == ["Rojas", 'Tello; "T"']


def test_a_quotation_mark_alone_in_its_cell_repeats_the_one_above() -> None:
    headings = ("DNI", "Nombres", "Apellidos", "Distrito", "Provincia")
    lines = ["71000001;Inés;Rojas;Huambos;Chota", '71000002;Ana;";";"', '71000003;Luz;"Tello";Huambos;"']
    sheet = read_sheet("\n".join([";".join(headings), *lines]).encode())

    assert said(sheet, Field.FAMILY_NAMES)[:2] == ["Rojas", "Rojas"]
    assert said(sheet, Field.PROVINCE)[:2] == ["Chota", "Chota"]
    assert [row.has_broken_quotes for row in sheet.parts[0].rows] == [False, False, True]
