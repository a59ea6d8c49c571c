"""What stands in the cells of names that is no name, or says that there is none."""

import pytest

from services.enrollment.enrollments.domain import Application
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.tests.parsed_sheets import COHORT, parsed_as
from services.enrollment.tests.sheets import csv_of

DECLARED = Declaration(cohort_id=COHORT, district="060801", consent=True)
THREE = ("DNI", "Ap. paterno", "Ap. materno", "Nombres")


def outcomes(headings: tuple[str, ...], *rows: tuple[str, ...]) -> list[str]:
    """Of each row the family and given names, or the code of what is wrong."""
    lines = [headings, *((str(41234567 + number), *row) for number, row in enumerate(rows))]
    return [
        f"{one.names.family}|{one.names.given}" if isinstance(one, Application) else one.code
        for one in parsed_as(csv_of(lines), DECLARED).outcomes
    ]


@pytest.mark.parametrize("mark", ["", "-", "...", "X", "NO TIENE", "(No tiene)", "N.N.", "S/A", "Ninguno", "None"])
def test_who_has_no_second_family_name_has_none(mark: str) -> None:
    assert outcomes(THREE, ("Quispe", mark, "Rosa")) == ["Quispe|Rosa"]


@pytest.mark.parametrize("mark", ["X", "NO TIENE", "NN"])
def test_nobody_is_called_by_what_stands_for_no_name(mark: str) -> None:
    assert outcomes(THREE, ("Quispe", "Poma", mark)) == ["name_malformed"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Sr. Luis", "Luis"),
        ("SRA MARÍA", "MARÍA"),
        ("Lic.Luis", "Luis"),
        ("Ing. Mg. Luis", "Luis"),
        ("Doña Rosa", "Rosa"),
        ("Ma. Rosa", "Ma. Rosa"),
        ("Donato", "Donato"),
    ],
)
def test_a_title_is_no_part_of_a_name(written: str, name: str) -> None:
    assert outcomes(THREE, ("Quispe", "Poma", written)) == [f"Quispe Poma|{name}"]


@pytest.mark.parametrize("written", ["Luis - Tesorero", "Luis – presidente"])
def test_a_remark_behind_a_dash_is_no_name(written: str) -> None:
    assert outcomes(THREE, ("Quispe", "Poma", written)) == ["name_with_remark"]


def test_a_sign_repeats_what_the_row_above_says_of_a_family() -> None:
    rows = [("Quispe", "Poma", "Rosa"), ('"', "ídem", "Luis"), ("-do-", "Id.", "Ana"), ("Rojas", "", '"')]
    assert outcomes(THREE, *rows) == ["Quispe Poma|Rosa", "Quispe Poma|Luis", "Quispe Poma|Ana", "name_with_remark"]


def test_a_sign_that_repeats_nothing_is_no_name() -> None:
    assert outcomes(THREE, ("ídem", "Poma", "Rosa")) == ["name_with_remark"]


@pytest.mark.parametrize(
    ("full", "found"),
    [
        ("Quispe Poma Rosa", "Quispe Poma|Rosa"),
        ("Rosa Quispe Poma", "Quispe Poma|Rosa"),
        ("Quispe Poma Rosa Elena", "Quispe Poma|Rosa"),
        ("Quispe, Rosa", "Quispe Poma|Rosa"),
        ("", "Quispe Poma|Rosa"),
        ("Poma Quispe Rosa", "cells_contradict"),
        ("Limay Rojas Luis", "cells_contradict"),
    ],
)
def test_a_full_name_beside_its_parts_says_the_same(full: str, found: str) -> None:
    assert outcomes((*THREE, "Apellidos y nombres"), ("Quispe", "Poma", "Rosa", full)) == [found]


def test_a_full_name_counts_where_its_parts_are_blank() -> None:
    assert outcomes((*THREE, "Apellidos y nombres"), ("", "", "", "Quispe Poma Rosa")) == ["Quispe Poma|Rosa"]
