"""What goes wrong in single rows, and what a careful clerk makes of it."""

from collections.abc import Sequence
from random import Random

from tests.sheets.date_flaws import DATE_FLAWS
from tests.sheets.document_flaws import DOCUMENT_FLAWS, Flaw
from tests.sheets.grids import STRAY_QUOTES, Cell, Mistake
from tests.sheets.name_flaws import NAME_FLAWS
from tests.sheets.shown import Shown, spelled
from tests.sheets.styles import Style


def damage(chance: Random, style: Style, rows: Sequence[Shown]) -> None:
    """Damages one or two rows by each flaw of the style. A row has one flaw of its own at most."""
    free = [row for row in rows if not row.flaws]
    chance.shuffle(free)
    for name in sorted(style.flaws & FLAWS.keys()):
        for row in [one for one in free if not one.flaws][: chance.choice([1, 2])]:
            if FLAWS[name](style, row):
                row.flaws.add(name)


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


def _without_guardian(style: Style, row: Shown) -> bool:
    """A child whose guardian's consent is missing; the sheet shows that it is a child."""
    if "guardian" not in row.person.consents or style.birth == "two digits":
        return False
    if style.birth == "none" and "ages" not in style.extras:
        return False
    row.cells["guardian"] = ""
    row.refuse("consents")
    return True


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


def _remark(words: str) -> Flaw:
    """A remark by which a person refuses, whatever the column of consents says."""

    def apply(style: Style, row: Shown) -> bool:
        if "a remarks column" not in style.extras:
            return False
        row.cells["remarks"] = words
        row.refuse("consents")
        return True

    return apply


def _another_age(style: Style, row: Shown) -> bool:
    """An age from which the birth date differs; a careful clerk believes neither."""
    if "ages" not in style.extras or style.birth == "none":
        return False
    row.cells["age"] = row.person.age + (12 if row.person.age < 30 else -15)
    row.refuse("birth_date", "consents")
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


FLAWS: dict[str, Flaw] = {
    **DOCUMENT_FLAWS,
    **NAME_FLAWS,
    **DATE_FLAWS,
    "telephone written otherwise": _telephone,
    "no consent": _consent("No", "", "X"),
    "consent blank": _consent("", "", ""),
    "consent unclear": _unclear,
    "child without guardian's consent": _without_guardian,
    "sex unknown": _sex,
    "district unknown": _district("Springfield", "069999"),
    "district missing": _district("", ""),
    "phone lost": _phone("9.87E+08"),
    "two phones": _phone("{} / 976123456", "{}", "976123456"),
    "error value as phone": _phone(Mistake("#N/A")),
    "no phone": _phone("no tiene"),
    "a digit of the phone lost": _phone("98765432"),
    "stray quotation mark": _stray_quotes,
    "line break in a cell": _line_break,
    "a refusal among the remarks": _remark("No autoriza el uso de sus datos"),
    "a remark that the person left": _remark("SE RETIRÓ DEL CURSO"),
    "age of somebody else": _another_age,
}
