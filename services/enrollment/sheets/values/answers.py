"""Reads cells of columns that have a few possible answers. An unknown answer is rejected: it can be a mistake."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache

from chassis.runtime.rejections import RejectedError, Rejection
from contracts.event import Ethnicity, MotherTongue, OrganizationType, Sex
from services.enrollment.identity.documents import DocumentType
from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Cell, is_blank, text_of
from services.enrollment.sheets.errors import (
    ANSWER_UNCLEAR,
    DOCUMENT_TYPE_UNKNOWN,
    ETHNICITY_UNKNOWN,
    MOTHER_TONGUE_UNKNOWN,
    ORGANIZATION_TYPE_UNKNOWN,
    SEX_UNCLEAR,
    SEX_UNKNOWN,
)
from services.enrollment.sheets.wordings import normalized, wordings


class SexLetters(StrEnum):
    """What the letter M means in a sheet's column of sexes: masculino or mujer."""

    M_IS_MALE = "m_is_male"
    M_IS_FEMALE = "m_is_female"


_FEMALE_LETTERS, _MALE_LETTERS = frozenset({"f"}), frozenset({"h", "v"})
_REMARK = re.compile(r"(?<=\w) ?\([^)]*\)")
_CODE = re.compile(r"\b([0-9A-Za-z]) ?[=:.)-] ?([A-Za-zÁÉÍÓÚáéíóú]{3,12}|[MFHV]\b)")


def read_yes_or_no(cell: Cell) -> bool:
    """Reads a clear answer; a blank cell is a no. Raises `RejectedError` without a field."""
    return _answer(cell, "yes_or_no", "no", ANSWER_UNCLEAR) == "yes"


def sex_letters_of(heading: str, cells: Iterable[Cell]) -> SexLetters | None:
    """Finds out what M means in this column, by its heading or by the letter beside it: F, or H and V for men; None if
    neither is decisive."""
    letters = _FEMALE_LETTERS | _MALE_LETTERS
    found = letters & set(tokens(heading)) or letters & {normalized(text_of(cell)) for cell in cells}
    if not found or (found & _FEMALE_LETTERS and found & _MALE_LETTERS):
        return None
    return SexLetters.M_IS_MALE if found & _FEMALE_LETTERS else SexLetters.M_IS_FEMALE


def sex_codes_of(heading: str) -> dict[str, Sex]:
    """Returns the codes that a heading such as «Sexo (1=Hombre, 2=Mujer)» explains."""
    pairs = {normalized(code): normalized(word) for code, word in _CODE.findall(heading)}
    letters = sex_letters_of("", pairs.values())
    known = wordings("sex") | ({"m": _meaning_of_m(letters)} if letters else {})
    return {code: Sex(known[word]) for code, word in pairs.items() if word in known}


def is_ambiguous_sex(cell: Cell) -> bool:
    """Tells whether a cell is the letter that means two things."""
    return normalized(text_of(cell)) == "m"


def read_sex(cell: Cell, letters: SexLetters | None, codes: Mapping[str, Sex]) -> Sex:
    """Reads the stated sex. Raises `RejectedError`."""
    if explained := codes.get(normalized(text_of(cell))):
        return explained
    if not is_ambiguous_sex(cell):
        return Sex(_answer(cell, "sex", Sex.NOT_STATED, SEX_UNKNOWN))
    if letters is None:
        raise RejectedError(SEX_UNCLEAR)
    return _meaning_of_m(letters)


def _meaning_of_m(letters: SexLetters) -> Sex:
    return Sex.MALE if letters is SexLetters.M_IS_MALE else Sex.FEMALE


def read_mother_tongue(cell: Cell) -> MotherTongue:
    """Reads the stated mother tongue. Raises `RejectedError`."""
    return MotherTongue(_answer(cell, "mother_tongue", MotherTongue.NOT_STATED, MOTHER_TONGUE_UNKNOWN))


def read_ethnicity(cell: Cell) -> Ethnicity:
    """Reads the stated ethnicity. Raises `RejectedError`."""
    return Ethnicity(_answer(cell, "ethnicity", Ethnicity.NOT_STATED, ETHNICITY_UNKNOWN))


def read_organization_type(cell: Cell) -> OrganizationType:
    """Reads the stated type of organization. Raises `RejectedError`."""
    blank = OrganizationType.NOT_STATED
    return OrganizationType(_answer(cell, "organization_type", blank, ORGANIZATION_TYPE_UNKNOWN))


def is_organization_type(cell: Cell) -> bool:
    """Tells whether a cell names a type of organization instead of an organization."""
    return normalized(text_of(cell)) in wordings("organization_type")


def read_document_type(cell: Cell) -> DocumentType:
    """Reads the type of document; a blank cell means a DNI. Raises `RejectedError`."""
    named = _REMARK.sub("", cell) if isinstance(cell, str) else cell
    return DocumentType(_answer(named, "document_type", DocumentType.DNI, DOCUMENT_TYPE_UNKNOWN))


def _answer(cell: Cell, section: str, blank: str, rejection: Rejection) -> str:
    """Finds what a cell means among the wordings of a section; a blank cell means `blank`."""
    if is_blank(cell):
        return blank
    if found := _meaning(section, text_of(cell)):
        return found
    raise RejectedError(rejection)


@lru_cache(maxsize=1_000)
def _meaning(section: str, text: str) -> str | None:
    return wordings(section).get(normalized(text))
