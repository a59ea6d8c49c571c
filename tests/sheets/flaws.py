"""What goes wrong in single rows, and what a careful clerk makes of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from random import Random
from typing import TypeAlias

from tests.sheets.grids import STRAY_QUOTES, Cell, Day, Mistake
from tests.sheets.shown import MONTHS, Shown, doubt_century, spelled
from tests.sheets.styles import Style

NAMES = ("given", "family", "paternal", "maternal", "names")
Flaw: TypeAlias = Callable[[Style, Shown], bool]
"""Damages a row and tells whether it could."""


def damage(chance: Random, style: Style, rows: Sequence[Shown]) -> None:
    """Damages one or two rows by each flaw of the style. A row has one flaw of its own at most."""
    free = [row for row in rows if not row.flaws]
    chance.shuffle(free)
    for name in sorted(style.flaws & FLAWS.keys()):
        for row in [one for one in free if not one.flaws][: chance.choice([1, 2])]:
            if FLAWS[name](style, row):
                row.flaws.add(name)


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


def _given(wrong: Callable[[str], Cell]) -> Flaw:
    """A flaw of the given names, for which no clerk accepts the row."""

    def apply(style: Style, row: Shown) -> bool:
        if style.names not in ("two columns", "three columns"):
            return False
        row.cells["given"] = wrong(row.given)
        row.refuse("names")
        return True

    return apply


def _every_name(change: Callable[[str], str], verdict: str) -> Flaw:
    """A flaw of all the cells with a family name."""

    def apply(style: Style, row: Shown) -> bool:
        before = {key: str(row.cells[key]) for key in NAMES if key != "given"}
        row.cells |= {key: change(text) for key, text in before.items()}
        if verdict == "refuse":
            row.refuse("names")
        return True

    return apply


def _birth(wrong: Cell, parts: tuple[Cell, Cell, Cell] | None, *, of_cells: bool = False) -> Flaw:
    """A flaw of the birth date: what stands for it in one column, and for day, month and year in three."""

    def apply(style: Style, row: Shown) -> bool:
        if style.birth == "none" or (of_cells and style.birth != "cells") or (of_cells and style.file == "csv"):
            return False
        if style.birth == "three columns":
            if parts is None:
                return False
            row.cells |= dict(zip(("day", "month", "year"), parts, strict=True))
        row.cells["birth"] = wrong
        row.refuse("birth_date")
        return True

    return apply


def _two_digits(style: Style, row: Shown) -> bool:
    if style.birth not in ("text", "dashes", "mixed", "small days"):
        return False
    row.cells["birth"] = row.person.born_on.strftime("%d/%m/%y")
    doubt_century(row)
    row.at_fault.add("birth_date")
    return True


def _written_birth(write: Callable[[date], Cell], *, of_cells: bool = False) -> Flaw:
    """Another way to write the true birth date, by which nothing is lost."""

    def apply(style: Style, row: Shown) -> bool:
        if of_cells and (style.birth != "cells" or style.file == "csv" or "dates from 1904" in style.extras):
            return False
        if style.birth in ("none", "three columns", "American", "swapped"):
            return False
        row.cells["birth"] = write(row.person.born_on)
        row.at_fault.add("birth_date")
        return True

    return apply


def _telephone(style: Style, row: Shown) -> bool:
    phone = row.person.phone
    if style.phone == "none":
        return False
    forms = ("{}.0", "51{}", "(+51) {}", "{} (esposo)", "CEL {}")
    row.cells["phone"] = row.cells["mobile"] = forms[int(phone[-1]) % len(forms)].format(phone)
    row.cells["landline"] = ""
    row.expected["phone"] = {phone, None}
    row.at_fault.add("phone")
    return True


def _consent(words: Cell, yes: Cell, no: Cell) -> Flaw:
    def apply(style: Style, row: Shown) -> bool:
        if style.consent == "declared":
            return False
        row.cells |= {"consent": words, "consent.yes": yes, "consent.no": no}
        row.refuse("consents")
        return True

    return apply


def _unclear(style: Style, row: Shown) -> bool:
    return style.consent != "lone tick" and _consent("pendiente", "X", "X")(style, row)


def _sex(style: Style, row: Shown) -> bool:
    if style.sex in ("none", "only M"):
        return False
    row.cells |= {"sex": "Q", "sex.m": "X", "sex.f": "X"}
    row.refuse("sex")
    return True


def _district(name: str, code: Cell) -> Flaw:
    def apply(style: Style, row: Shown) -> bool:
        if style.place in ("columns", "district alone"):
            row.cells["district"] = name and spelled(style, name)
        elif "UBIGEO" in style.place:
            row.cells["ubigeo"] = code
        else:
            return False
        row.refuse("district")
        return True

    return apply


def _phone(wrong: Cell, *also: str) -> Flaw:
    """A flaw of the phone: the row goes in without one, or with one of those that are given."""

    def apply(style: Style, row: Shown) -> bool:
        if style.phone == "none":
            return False
        shown = wrong.format(row.person.phone) if isinstance(wrong, str) else wrong
        row.cells |= {"phone": shown, "mobile": shown, "landline": ""}
        row.expected["phone"] = {None, *(one.format(row.person.phone) for one in also)}
        row.at_fault.add("phone")
        return True

    return apply


def _foreigner_card(style: Style, row: Shown) -> bool:
    if row.person.document != "foreigner_card" or style.document != "with type":
        return False
    row.cells["document"] = f"CE{row.person.number}"
    row.at_fault.add("document")
    return True


def _stray_quotes(style: Style, row: Shown) -> bool:
    if style.file != "csv" or "a remarks column" not in style.extras:
        return False
    row.cells["remarks"] = STRAY_QUOTES
    row.doubt("row", "file")
    return True


def _line_break(style: Style, row: Shown) -> bool:
    row.cells["remarks"] = "Llegó tarde\ny sin documento"
    row.cells["family"] = f"{row.paternal}\n{row.maternal}"
    return True


def copy_person(row: Shown, other: Shown) -> None:
    """Writes the same person once more, as somebody does who enters two lists."""
    row.person, row.cells, row.expected = other.person, dict(other.cells), dict(other.expected)
    row.given, row.paternal, row.maternal = other.given, other.paternal, other.maternal
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


FLAWS: dict[str, Flaw] = {
    "document missing": _document(lambda _: ""),
    "document lost a digit": _document(lambda number: number[:-1]),
    "document with a letter": _document(lambda number: number[:4] + "O" + number[5:]),
    "document in scientific notation": _document(lambda _: "9.1E+07"),
    "document with dots": _document(lambda number: f"{number[:2]}.{number[2:5]}.{number[5:]}", "accept"),
    "document with spaces": _document(lambda number: f" {number[:4]} {number[4:]}", "accept"),
    "document with apostrophe": _document(lambda number: f"'{number}", "accept"),
    "document in a formula": _document(lambda number: f'="{number}"', "accept"),
    "document with .0": _lost_zero_is_open(_document(_with_point, "accept")),
    "check character differs": _check_differs,
    "foreigner card with prefix": _foreigner_card,
    "one digit repeated": _document(lambda number: number[-1] * 8),
    "date with time": _written_birth(lambda day: f"{day:%Y-%m-%d} 00:00:00"),
    "number for a date": _written_birth(lambda day: (day - date(1899, 12, 30)).days, of_cells=True),
    "month abbreviated": _written_birth(lambda day: f"{day.day}-{MONTHS[day.month - 1][:3]}-{day.year}"),
    "telephone written otherwise": _telephone,
    "names missing": _given(lambda _: ""),
    "error value as name": _given(lambda _: Mistake("#N/A")),
    "sign in a name": _given(lambda name: f"{name[:2]}1{name[3:]}"),
    "lost letters": _every_name(lambda name: f"{name[:2]}\ufffd{name[3:]}", "refuse"),
    "double spaces": _every_name(lambda name: f" {name.replace(' ', '   ')} ", "accept"),
    "impossible date": _birth("31/06/1985", (31, 6, 1985)),
    "year alone": _birth("1985", ("", "", 1985)),
    "month and year": _birth("mayo 1985", ("", 5, 1985)),
    "age for a date": _birth("45", None),
    "year in a date cell": _birth(Day(date(1905, 6, 9)), None, of_cells=True),
    "date to come": _birth("25/05/2087", (25, 5, 2087)),
    "two-digit year": _two_digits,
    "no consent": _consent("No", "", "X"),
    "consent blank": _consent("", "", ""),
    "consent unclear": _unclear,
    "sex unknown": _sex,
    "district unknown": _district("Springfield", "069999"),
    "district missing": _district("", ""),
    "phone lost": _phone("9.87E+08"),
    "two phones": _phone("{} / 976123456", "{}", "976123456"),
    "error value as phone": _phone(Mistake("#N/A")),
    "no phone": _phone("no tiene"),
    "stray quotation mark": _stray_quotes,
    "line break in a cell": _line_break,
}
