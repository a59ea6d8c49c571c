"""Files of lists: no spreadsheet program finds a formula in a CSV file, and an Excel file has texts as they are."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from chassis.runtime.formulas import FORMULA_SIGNS, guarded, unguarded
from chassis.web.spreadsheets import csv_file, xlsx_file

TEXTS = st.text("=+-@＝;,\t\r\n\"' x1", max_size=9)
HARMLESS = ["Quispe, Rosa", "12-05", "a=b", "Lima; Cusco", "rosa@example.pe", "'quoted'", "línea\notra"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(texts=st.lists(TEXTS, min_size=1, max_size=3))
@example(texts=["x", "x;=1+1;y"])
@example(texts=["x", 'x;"=1+1;"'])
@example(texts=["x", "x\n=1+1\ty"])
@example(texts=["＋1"])
def test_no_cell_of_a_csv_file_begins_as_a_formula(delimiter: str, texts: list[str]) -> None:
    content = io.StringIO(csv_file(["heading"], [texts]).decode("utf-8-sig"), newline="")
    cells = [cell for line in csv.reader(content, delimiter=delimiter) for cell in line]
    assert [cell for cell in cells if cell.lstrip("\t\r\n").startswith(tuple(FORMULA_SIGNS))] == []


@given(text=TEXTS.filter(lambda text: "'" not in text))
def test_what_was_guarded_is_read_as_it_was(text: str) -> None:
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["\t1", "\r1", "＠cmd"])
def test_what_could_begin_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert guarded(text) == text


@pytest.mark.parametrize("text", ["=1+1", "@cmd", "x;=1", "＝1", *HARMLESS])
def test_an_excel_file_has_texts_as_they_are(text: str) -> None:
    content = io.BytesIO(xlsx_file("Title", ["heading"], [[text]], {}))
    assert CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python() == [["heading"], [text]]
