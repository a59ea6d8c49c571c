"""Answers, which mean what the others of their column and their heading make them mean."""

import pytest

from chassis.runtime.rejections import RejectedError
from contracts.event import Sex
from services.enrollment.identity.documents import DocumentType
from services.enrollment.sheets.cells import Cell
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.reading import read
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.sheets.values.answers import (
    SexLetters,
    read_document_type,
    read_sex,
    read_yes_or_no,
    sex_codes_of,
    sex_letters_of,
)
from services.enrollment.tests.parsed_sheets import NAMES, TODAY
from services.enrollment.tests.sheets import xlsx_of


def sexes(heading: str, *cells: Cell) -> list[Sex | str]:
    letters, codes = sex_letters_of(heading, cells), sex_codes_of(heading)
    return [_outcome(cell, letters, codes) for cell in cells]


def _outcome(cell: Cell, letters: SexLetters | None, codes: dict[str, Sex]) -> Sex | str:
    try:
        return read_sex(cell, letters, codes)
    except RejectedError as error:
        return error.rejection.code


@pytest.mark.parametrize(
    ("other", "m"),
    [("F", Sex.MALE), ("H", Sex.FEMALE), ("V", Sex.FEMALE), ("Varón", "sex_unclear"), ("", "sex_unclear")],
)
def test_what_m_means_is_told_by_the_letter_beside_it(other: str, m: Sex | str) -> None:
    assert sexes("Sexo", "M", other)[0] == m


def test_letters_that_contradict_each_other_tell_nothing() -> None:
    assert sexes("Sexo", "M", "F", "V") == ["sex_unclear", Sex.FEMALE, Sex.MALE]


def test_a_heading_tells_too() -> None:
    assert sexes("Sexo (V/M)", "M") == [Sex.FEMALE]
    assert sexes("Sexo (M/F)", "M") == [Sex.MALE]


def test_codes_mean_what_their_heading_explains_and_else_nothing() -> None:
    assert sexes("Sexo (1=Hombre, 2=Mujer)", 1, "2", 3) == [Sex.MALE, Sex.FEMALE, "sex_unknown"]
    assert sexes("Sexo: 1. Mujer 2. Varón", "1", 2) == [Sex.FEMALE, Sex.MALE]
    assert sexes("Sexo", 1, 2) == ["sex_unknown", "sex_unknown"]
    assert sexes("Sexo (M: mujer)", "M") == [Sex.FEMALE]
    assert sexes("Sexo (1=M, 2=F)", "1", "2") == [Sex.MALE, Sex.FEMALE]
    assert sexes("Sexo (1=H, 2=M)", "1", "2") == [Sex.MALE, Sex.FEMALE]
    assert sexes("Sexo (1=M, 2=?)", "1") == ["sex_unknown"]


ABOVE: dict[str, list[list[Cell]]] = {
    "in one cell": [["Leyenda: 1 = Varón; 2 = Mujer"]],
    "over two lines": [["1: Varón"], ["2: Mujer"]],
    "in cells beside each other": [["SEXO", 1, "Varón"], ["", 2, "Mujer"]],
}


@pytest.mark.parametrize("above", ABOVE)
def test_codes_mean_what_a_legend_explains(above: str) -> None:
    table: list[list[Cell]] = [
        ["DNI", "Apellidos", "Nombres", "Sexo"],
        ["41234567", "Poma", "Eva", 2],
        ["41234568", "Poma", "Luis", 1],
    ]
    for tabs in ([*ABOVE[above], *table],), ([*table, [], *ABOVE[above]],), (table, ABOVE[above]):
        [found] = read(read_sheet(xlsx_of(*tabs)), Declaration(), NAMES, TODAY).parsers
        assert found.conventions.sex_codes == {"1": Sex.MALE, "2": Sex.FEMALE}


@pytest.mark.parametrize(
    "above", [["1 = Varón"], ["1 = Varón, 2 = Mujer", "1 = Mujer, 2 = Varón"], ["1. Lista de varones"]]
)
def test_a_legend_that_is_not_certain_explains_nothing(above: list[str]) -> None:
    table: list[list[Cell]] = [["DNI", "Apellidos", "Nombres", "Sexo"], ["41234567", "Poma", "Eva", 2]]
    [parser] = read(read_sheet(xlsx_of([above, *table])), Declaration(), NAMES, TODAY).parsers
    assert not parser.conventions.sex_codes


@pytest.mark.parametrize("answer", ["Mujeres", "Muj.", "Femenina", "FEM."])
def test_a_sex_may_be_abbreviated(answer: str) -> None:
    assert sexes("Sexo", answer) == [Sex.FEMALE]


def test_a_kind_of_document_may_have_a_remark() -> None:
    assert read_document_type("Carné de extranjería (CE)") is DocumentType.FOREIGNER_CARD


def test_a_tick_is_no_sex() -> None:
    assert sexes("Sexo", "X", "F") == ["sex_unknown", Sex.FEMALE]


@pytest.mark.parametrize(("answer", "is_yes"), [("Sí, autorizo", True), ("No autorizo", False), ("SI ACEPTO", True)])
def test_whole_sentences_are_answers(answer: str, is_yes: bool) -> None:
    assert read_yes_or_no(answer) is is_yes


@pytest.mark.parametrize("answer", ["Sí, pero no para fotos", "pendiente", "Sí, si mi padre firma"])
def test_conditions_are_no_answers(answer: str) -> None:
    with pytest.raises(RejectedError):
        read_yes_or_no(answer)
