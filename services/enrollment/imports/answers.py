"""The words that offices write in columns with few answers. What is not known is refused: a slip is no answer."""

from collections.abc import Iterable
from enum import StrEnum

from contracts.event import Ethnicity, MotherTongue, OrganizationType, Sex
from services.enrollment.documents import DocumentType
from services.enrollment.imports.cells import Cell, is_blank, text_of
from services.enrollment.imports.faults import (
    ANSWER_UNCLEAR,
    DOCUMENT_TYPE_UNKNOWN,
    ETHNICITY_UNKNOWN,
    MOTHER_TONGUE_UNKNOWN,
    ORGANIZATION_TYPE_UNKNOWN,
    SEX_UNCLEAR,
    SEX_UNKNOWN,
)
from services.enrollment.imports.wordings import key_of, wordings
from services.enrollment.names import words
from services.enrollment.refusals import Refused, Unacceptable


class Letters(StrEnum):
    """What the letter M means in a sheet's column of sexes."""

    M_IS_MALE = "m/f"
    M_IS_FEMALE = "h/m"


def read_yes_or_no(cell: Cell) -> bool:
    """A clear answer; nothing written is a no. Raises `Unacceptable`, its field left open."""
    return _answer(cell, "yes_or_no", "no", ANSWER_UNCLEAR) == "yes"


def letters_of(heading: str, cells: Iterable[Cell]) -> Letters | None:
    """What M means in this column: by its heading, or because F or H stands beside it; None where nothing tells."""
    letters = {"f", "h"}
    found = letters & set(words(heading)) or letters & {key_of(text_of(cell)) for cell in cells}
    if len(found) != 1:
        return None
    return Letters.M_IS_MALE if found == {"f"} else Letters.M_IS_FEMALE


def read_sex(cell: Cell, letters: Letters | None) -> Sex:
    """As stated. Raises `Unacceptable`."""
    if key_of(text_of(cell)) != "m":
        return Sex(_answer(cell, "sex", Sex.NOT_STATED, SEX_UNKNOWN))
    if letters is None:
        raise Unacceptable(SEX_UNCLEAR)
    return Sex.MALE if letters is Letters.M_IS_MALE else Sex.FEMALE


def read_mother_tongue(cell: Cell) -> MotherTongue:
    """As stated. Raises `Unacceptable`."""
    return MotherTongue(_answer(cell, "mother_tongue", MotherTongue.NOT_STATED, MOTHER_TONGUE_UNKNOWN))


def read_ethnicity(cell: Cell) -> Ethnicity:
    """As stated. Raises `Unacceptable`."""
    return Ethnicity(_answer(cell, "ethnicity", Ethnicity.NOT_STATED, ETHNICITY_UNKNOWN))


def read_organization_type(cell: Cell) -> OrganizationType:
    """As stated. Raises `Unacceptable`."""
    blank = OrganizationType.NOT_STATED
    return OrganizationType(_answer(cell, "organization_type", blank, ORGANIZATION_TYPE_UNKNOWN))


def is_organization_type(cell: Cell) -> bool:
    """Whether a cell names a type of organization, not an organization."""
    return key_of(text_of(cell)) in wordings("organization_type")


def read_document_type(cell: Cell) -> DocumentType:
    """A sheet without a word about the type lists DNIs. Raises `Unacceptable`."""
    return DocumentType(_answer(cell, "document_type", DocumentType.DNI, DOCUMENT_TYPE_UNKNOWN))


def _answer(cell: Cell, section: str, blank: str, refused: Refused) -> str:
    """The answer that a cell means; a blank cell means `blank`."""
    if is_blank(cell):
        return blank
    if found := wordings(section).get(key_of(text_of(cell))):
        return found
    raise Unacceptable(refused)
