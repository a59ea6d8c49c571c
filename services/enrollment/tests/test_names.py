"""Names: the same person written twice, and two people."""

import pytest

from chassis.runtime.rejections import RejectedError
from services.enrollment.identity.names import Names, agree, read_names

KNOWN = Names("María del Rosario", "Chuquimango Ñaupa")


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("MARIA DEL ROSARIO", "CHUQUIMANGO NAUPA"),
        ("Maria", "Chuquimango Ñaupa"),
        ("Rosario", "Chuquimango"),
        ("M. Rosario", "Chuquimango Ñ."),
        ("María del  Rosario", "Chuquimanggo Ñaupa"),
        ("María del Rosairo", "Chuquimango Ñaupa"),
        ("Chuquimango Ñaupa", "María del Rosario"),
    ],
)
def test_one_person(given: str, family: str) -> None:
    written = Names(given, family)
    assert agree(KNOWN, written) and agree(written, KNOWN)


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("Mario", "Chuquimango Ñaupa"),
        ("Juana", "Chuquimango Ñaupa"),
        ("María Isabel", "Chuquimango Ñaupa"),
        ("María del Rosario", "Quispe Ñaupa"),
        ("Juan", "Díaz"),
        ("M", "C"),
        ("M. del R.", "Chuquimango"),
        ("María", "C. Ñ."),
        ("María", "de la"),
        ("Rosario Rosario", "Chuquimango"),
        ("María del Rosario", "Ñaupa Ñaupa"),
    ],
)
def test_another_person(given: str, family: str) -> None:
    written = Names(given, family)
    assert not agree(KNOWN, written) and not agree(written, KNOWN)


def test_who_is_named_so_agrees_with_themselves() -> None:
    short = Names("Li", "O'Higgins de la Cruz")
    assert agree(short, Names("LI", "OHIGGINS CRUZ"))


def test_initials_identify_nobody_not_even_themselves() -> None:
    assert not agree(Names("R.", "C."), Names("R", "C"))


def test_an_initial_takes_no_word_away_from_its_equal() -> None:
    assert agree(Names("Rosalinda Rene", "Quispe"), Names("R. Rosalinda", "Quispe"))


@pytest.mark.parametrize(("given", "family"), [("", "Quispe"), ("Ana", " . "), ("Ana 2", "Quispe")])
def test_what_is_no_name_is_refused(given: str, family: str) -> None:
    with pytest.raises(RejectedError):
        read_names(given, family)


def test_spaces_are_put_in_order() -> None:
    assert read_names("  Ana   Lucía ", "Quispe ") == Names("Ana Lucía", "Quispe")


@pytest.mark.parametrize("unseen", ["\u200b", "\u202e", "\u00ad", "\x01", "\x7f", "\ufeff"])
def test_signs_that_nobody_sees_are_no_part_of_a_name(unseen: str) -> None:
    assert read_names(f"{unseen}Ana", f"Quis{unseen}pe") == Names("Ana", "Quispe")
    with pytest.raises(RejectedError):
        read_names(unseen, "Quispe")
