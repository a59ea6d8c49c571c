"""What goes wrong with the documents of single rows."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from tests.sheets.grids import Cell
from tests.sheets.shown import Shown
from tests.sheets.styles import Style

Flaw: TypeAlias = Callable[[Style, Shown], bool]
"""Damages a row and tells whether it could."""


def _document(wrong: Callable[[str], Cell], verdict: str = "refuse") -> Flaw:
    """A flaw of documents that are written as they are: what `wrong` makes of the number."""

    def apply(style: Style, row: Shown) -> bool:
        if row.person.document != "dni" or style.document not in ("text", "with type"):
            return False
        row.cells["document"] = wrong(row.person.number)
        if verdict == "refuse":
            row.refuse("document")
        elif verdict == "open":
            row.doubt("document")
        else:
            row.at_fault.add("document")
        return True

    return apply


def _with_point(number: str) -> str:
    return f"{int(number)}.0"


def _lost_zero_is_open(flaw: Flaw) -> Flaw:
    def apply(style: Style, row: Shown) -> bool:
        applied = flaw(style, row)
        if applied and row.person.number.startswith("0"):
            row.doubt("document")
        return applied

    return apply


def _check_differs(style: Style, row: Shown) -> bool:
    if row.person.document != "dni" or style.document not in ("with check", "check column"):
        return False
    number = row.person.number
    wrong = number[:5] + str((int(number[5]) + 1) % 10) + number[6:]
    row.cells["document"] = f"{wrong}-{row.person.check}" if style.document == "with check" else wrong
    row.refuse("document")
    return True


def _foreigner_card(style: Style, row: Shown) -> bool:
    if row.person.document != "foreigner_card" or style.document != "with type":
        return False
    forms = ("CE{}", "C.E. {}", "CE-{}", "CE N° {}", "{}")
    row.cells["document"] = forms[int(row.person.number[-1]) % 5].format(row.person.number)
    row.at_fault.add("document")
    return True


def copy_person(row: Shown, other: Shown) -> None:
    """Writes the same person once more, as somebody does who enters two lists."""
    row.person, row.cells, row.expected = other.person, dict(other.cells), dict(other.expected)
    row.given, row.paternal, row.maternal = other.given, other.paternal, other.maternal
    row.whole = dict(other.whole)
    row.verdict, row.at_fault = other.verdict, set(other.at_fault)
    row.flaws.add("same person twice")


def copy_document(row: Shown, other: Shown) -> None:
    """Writes the document of another person by mistake."""
    row.cells |= {key: other.cells[key] for key in ("document", "check", "type") if key in other.cells}
    row.person = replace(row.person, document=other.person.document, number=other.person.number)
    row.refuse("document")
    row.flaws.add("one document for two")


def differ(one: Shown, other: Shown) -> bool:
    """Tells whether a sheet shows that two rows are two people: they share no name."""
    return one.person.sex is not other.person.sex and not (
        {one.person.paternal, one.person.maternal} & {other.person.paternal, other.person.maternal}
    )


DOCUMENT_FLAWS: dict[str, Flaw] = {
    "document missing": _document(lambda _: ""),
    "document lost a digit": _document(lambda number: number[:-1]),
    "document with a digit too many": _document(lambda number: f"{number}7"),
    "document with a letter": _document(lambda number: number[:4] + "O" + number[5:]),
    "document in scientific notation": _document(lambda _: "9.1E+07"),
    "document with dots": _document(lambda number: f"{number[:2]}.{number[2:5]}.{number[5:]}", "accept"),
    "document with spaces": _document(lambda number: f" {number[:4]} {number[4:]}", "accept"),
    "document with apostrophe": _document(lambda number: f"'{number}", "accept"),
    "document in a formula": _document(lambda number: f'="{number}"', "accept"),
    "document with its name": _document(lambda number: f"DNI {number}", "open"),
    "document with .0": _lost_zero_is_open(_document(_with_point, "accept")),
    "check character differs": _check_differs,
    "foreigner card with prefix": _foreigner_card,
    "one digit repeated": _document(lambda number: number[-1] * 8),
}
