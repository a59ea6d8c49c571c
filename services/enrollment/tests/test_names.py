"""Names: the same person written twice, and two people."""

import pytest

from chassis.runtime.rejections import RejectedError
from services.enrollment.identity.names import Names, agree, is_name, read_names

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
    assert agree(KNOWN, written, allows_slips=True) and agree(written, KNOWN, allows_slips=True)


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
    assert not agree(KNOWN, written, allows_slips=True) and not agree(written, KNOWN, allows_slips=True)


def test_who_is_named_so_agrees_with_themselves() -> None:
    short = Names("Li", "O'Higgins de la Cruz")
    assert agree(short, Names("LI", "OHIGGINS CRUZ"), allows_slips=False)


@pytest.mark.parametrize("written", ["María del Rosairo", "Mria Rosario", "Marías"])
def test_a_slip_is_one_only_where_it_is_allowed(written: str) -> None:
    assert agree(KNOWN, Names(written, "Chuquimango"), allows_slips=True)
    assert not agree(KNOWN, Names(written, "Chuquimango"), allows_slips=False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Juan", "Juana"),
        ("Rudecindo", "Rudecinda"),
        ("Clement", "Clementa"),
        ("Vicenta", "Vicente"),
        ("Wilmer", "Wilder"),
        ("Nilda", "Hilda"),
    ],
)
def test_names_of_two_people_are_no_slips(one: str, other: str) -> None:
    pair = Names(one, "Quispe Poma"), Names(other, "Quispe Poma")
    assert not agree(*pair, allows_slips=True) and not agree(*reversed(pair), allows_slips=True)


def test_initials_identify_nobody_not_even_themselves() -> None:
    assert not agree(Names("R.", "C."), Names("R", "C"), allows_slips=True)


def test_an_initial_takes_no_word_away_from_its_equal() -> None:
    assert agree(Names("Rosalinda Rene", "Quispe"), Names("R. Rosalinda", "Quispe"), allows_slips=False)


@pytest.mark.parametrize(("given", "family"), [("", "Quispe"), ("Ana", " . "), ("Ana 2", "Quispe")])
def test_what_is_no_name_is_refused(given: str, family: str) -> None:
    with pytest.raises(RejectedError):
        read_names(given, family)


@pytest.mark.parametrize("sign", list("#@/_*¤¢·±,;:()&!¡\ufffd?|<>=+§·"))
def test_a_sign_that_no_name_has_is_told(sign: str) -> None:
    with pytest.raises(RejectedError) as refused:
        read_names("Ana", f"Quis{sign}pe")
    rejection = refused.value.rejection
    assert (rejection.code, rejection.field, rejection.values) == ("name_with_sign", "family_names", {"sign": sign})


@pytest.mark.parametrize("name", ["O'Higgins", "D’Angelo", "Saint-Jean", "M. del Carmen", "Mª José", "Ñaupa", "Łukasz"])
def test_letters_of_any_language_are_of_names(name: str) -> None:
    assert read_names(name, "Quispe").given == name


def test_spaces_are_put_in_order() -> None:
    assert read_names("  Ana   Lucía ", "Quispe ") == Names("Ana Lucía", "Quispe")


@pytest.mark.parametrize("unseen", ["\u200b", "\u202e", "\u00ad", "\x01", "\x7f", "\ufeff"])
def test_signs_that_nobody_sees_are_no_part_of_a_name(unseen: str) -> None:
    assert is_name(f"{unseen}Ana")
    assert read_names(f"{unseen}Ana", f"Quis{unseen}pe") == Names("Ana", "Quispe")
    with pytest.raises(RejectedError):
        read_names(unseen, "Quispe")
