"""Texts of whatever program, and letters that were garbled or lost."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.runtime.rejections import RejectedError
from services.enrollment.identity.names import read_names
from services.enrollment.sheets.cells import clean_text
from services.enrollment.sheets.files.encodings import decoded
from services.enrollment.sheets.values.texts import require_whole, ungarbled

SENTENCES = (
    "Ángel Muñoz Díaz, Nº 7 – José Íñigo Peña",
    "RAÚL ÑOPO MUÑÓZ; MARÍA JOSÉ GARCÍA; ÓSCAR",
    "DNI;Apellidos\n41234567;Díaz\n41234568;Ríos\n",
    "DNI;Apellidos\n41234567;Núñez\n41234568;Güere\n",
)


def garbled(text: str) -> str:
    """UTF-8 taken for Windows-1252 by a program that leaves no byte out."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850", "mac_roman"])
def test_a_file_is_read_in_the_encoding_in_which_it_was_written(sentence: str, encoding: str) -> None:
    text = sentence.replace("–", "-") if encoding == "cp850" else sentence
    assert decoded(text.encode(encoding)) == text


def test_a_hard_space_is_no_letter_of_another_encoding() -> None:
    for text in ("N° Doc.;Yopla\xa0;Juan\xa0Carlos;Étnica", "Yopla\xa0;YOPLA\xa0"):
        assert decoded(text.encode("cp1252")) == text
    for text in ("Más;Núñez", "Contumazá;Peña", "Ánimas;Tantaleán"):
        assert decoded(text.encode("cp850")) == text


def test_a_sign_of_no_letter_spoils_no_file() -> None:
    text = "• Formación®\nJaén;Peña;João\n"
    assert decoded(text.encode("cp1252")) == text


def test_a_broken_letter_spoils_only_its_cell() -> None:
    assert decoded("Peña;Núñez;José;Mu".encode() + b"\xf1oz") == "Peña;Núñez;José;Mu\ufffdoz"


def test_what_can_be_no_text_is_refused() -> None:
    for content in (b"a\xb6b\xa6c\xbcd", b"a\x00b", b"\xff\xfea"):
        with pytest.raises(RejectedError):
            decoded(content)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_garbled_files_and_texts_are_mended(sentence: str) -> None:
    assert ungarbled(garbled(sentence)) == ungarbled(garbled(garbled(sentence))) == sentence
    assert decoded(garbled(sentence).encode()) == sentence


@given(st.text("aAeEnNáéíóúüñÁÉÍÓÚÜÑçãõâêÃÂ ’-", max_size=12))
def test_no_right_text_is_mended(text: str) -> None:
    assert ungarbled(text) == text


@given(st.text("aeiounñáéíóúüAEIOUNÑÁÉÍÓÚÜ -'", max_size=20))
def test_what_is_mended_is_what_was_written(text: str) -> None:
    assert ungarbled(garbled(text)) == text


@pytest.mark.parametrize(
    "name",
    ["PeÃ±a", "JosÃ©", "PEÃ‘A", "MarÃa", "RaÃºl", "GarcÃ-a", "Garc’a", "Â°", "Ãngel", "Cholçn", "çngel", "JosÚ", "RAéL",
     "Chilùn", "Peûa", "PEÐA", "DÖaz", "DÕAZ", "CHILàN", "Hern ndez", "S enz", "Chol n", "Weiß"],
)  # fmt: skip
def test_garbled_names_are_told(name: str) -> None:
    with pytest.raises(RejectedError) as refused:
        require_whole(name)
    assert refused.value.rejection.code == "letters_garbled"


@pytest.mark.parametrize("name", ["MU\ufffdOZ", "Mu?oz"])
def test_lost_letters_are_told(name: str) -> None:
    with pytest.raises(RejectedError) as refused:
        require_whole(name)
    assert refused.value.rejection.code == "letters_lost"


@pytest.mark.parametrize(
    "name",
    ["Peña", "MUÑÓZ", "MUñOZ", "João", "JOÃO", "Gonçalves", "GONÇALVES", "Simões", "D’Angelo", "O'Higgins", "Ch'aska",
     "Íñigo", "María de los Ángeles", "De la Cruz", "Juan carlos", "É. Ñ. Peña", "ANA Y EVA", "Née", "Béjar",
     "Díaz Ñontol,César", "Malca del Campo,Flor de María"],
)  # fmt: skip
def test_whole_names_are_whole(name: str) -> None:
    require_whole(name)


CODE_PAGES = [("cp850", "cp1252"), ("cp1252", "cp850"), ("mac_roman", "cp1252"), ("utf-8", "latin-1")]


@pytest.mark.parametrize(("written", "taken_for"), CODE_PAGES, ids="-".join)
@pytest.mark.parametrize("name", ["Hernández", "Peña", "Chilón", "MUÑOZ", "García", "Núñez", "José", "ÁNGEL", "GARCÍA"])
def test_no_name_that_was_taken_for_another_encoding_goes_in(name: str, written: str, taken_for: str) -> None:
    cell = clean_text(name.encode(written).decode(taken_for, "replace"))
    with suppress(RejectedError):
        require_whole(cell)
        assert read_names(cell, "Quispe").given == name
