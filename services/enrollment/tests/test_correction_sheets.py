"""The sheet of rows to correct, downloaded, sent and downloaded again."""

from zoneinfo import ZoneInfo

from chassis.web.locale import Locale, using
from services.enrollment.imports.correction_sheet import CorrectionSheet, RowToCorrect
from services.enrollment.sheets.csv_file import read_csv
from services.enrollment.sheets.heading_lines import count_known_headings

TITLES = ["DNI", "Apellidos", "Nombres"]
CELLS = ["1", "Quispe", "Ana"]


def downloaded(titles: list[str], cells: list[str], language: str) -> list[list[str]]:
    row = RowToCorrect(2, "DNI", "A DNI has exactly 8 digits.", "Copy it from the card.", list(cells))
    with using(Locale(language, ZoneInfo("America/Lima"))):
        content = CorrectionSheet(titles, [row]).as_csv()
    return [[str(cell) for cell in row.cells] for row in read_csv(content, count_known_headings)]


def test_columns_that_were_added_are_replaced_in_whatever_language() -> None:
    first = downloaded(TITLES, CELLS, "es")
    second = downloaded(first[0], first[1], "en")
    assert second == downloaded(TITLES, CELLS, "en")
    assert downloaded(second[0], second[1], "es") == first
    assert first[0][len(TITLES) :] == ["Fila", "Columna por corregir", "Motivo", "Qué hacer"]


def test_a_column_of_the_office_with_such_a_name_stays() -> None:
    headings, row = downloaded([*TITLES, "Motivo"], [*CELLS, "propio"], "es")
    assert headings[:4] == [*TITLES, "Motivo"] and row[3] == "propio"
