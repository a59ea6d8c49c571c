"""A person as a row of a sheet shows them: the cell of each column, and what a careful clerk reads in them."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from random import Random

from contracts.event import Ethnicity, MotherTongue, OrganizationType, Sex
from tests.sheets.grids import Cell, Day
from tests.sheets.people import LAST_DAY, Person
from tests.sheets.styles import Style

COHORT = "Cohorte A"
DAY_OF_STAMPS = date(2025, 5, 20)
"""The day that a program's own column of instants tells: it may be taken for the day of enrollment, or not."""
MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "setiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
_TONGUES = {MotherTongue.SPANISH: "Castellano", MotherTongue.QUECHUA: "Quechua", MotherTongue.AWAJUN: "Awajún"}
_ETHNICITIES = {Ethnicity.MESTIZO: "Mestizo", Ethnicity.QUECHUA: "Quechua", Ethnicity.NOT_STATED: ""}
_SEXES = {
    "M/F": {Sex.MALE: "M", Sex.FEMALE: "F"},
    "H/M": {Sex.MALE: "H", Sex.FEMALE: "M"},
    "V/M": {Sex.MALE: "V", Sex.FEMALE: "M"},
    "codes": {Sex.MALE: "1", Sex.FEMALE: "2"},
}
_WORDS = (("Masculino", "Femenino"), ("Hombre", "Mujer"), ("Varón", "Mujer"))
_ORGANIZATIONS = {
    OrganizationType.PEASANT_PATROL: "Ronda campesina", OrganizationType.PEASANT_COMMUNITY: "Comunidad campesina",
    OrganizationType.WOMEN: "Vaso de leche", OrganizationType.YOUTH: "Organización juvenil",
    OrganizationType.NEIGHBORHOOD: "Junta vecinal", OrganizationType.PRODUCERS: "Asociación de productores",
    OrganizationType.CIVIL_ASSOCIATION: "ONG", OrganizationType.OTHER: "Otra", OrganizationType.NONE: "Ninguna",
    OrganizationType.NOT_STATED: "",
}  # fmt: skip
_DOCUMENTS = {"dni": "DNI", "foreigner_card": "CE", "passport": "Pasaporte"}
_FOREIGN_WORDS = {"foreigner_card": "Carné de extranjería"}


class Verdict(Enum):
    """What a careful clerk does with the row. OPEN is for those on which careful clerks differ."""

    ACCEPT = "accept"
    OPEN = "open"
    REFUSE = "refuse"


@dataclass(slots=True)
class Shown:
    """A row. `expected` has the values that may be stored for each field, `at_fault` the fields that have a fault.
    `whole` are the cells before anything went wrong with them.
    """

    person: Person
    given: str
    paternal: str
    maternal: str
    cells: dict[str, Cell]
    expected: dict[str, set[object]]
    whole: dict[str, Cell] = field(default_factory=dict)
    verdict: Verdict = Verdict.ACCEPT
    at_fault: set[str] = field(default_factory=set)
    flaws: set[str] = field(default_factory=set)

    @property
    def family(self) -> str:
        return f"{self.paternal} {self.maternal}".strip()

    def refuse(self, *fields: str) -> None:
        """Notes that no careful clerk accepts the row, and the fields for which it is refused."""
        self.verdict = Verdict.REFUSE
        self.at_fault.update(fields)

    def doubt(self, *fields: str) -> None:
        """Notes that careful clerks differ about the row."""
        if self.verdict is Verdict.ACCEPT:
            self.verdict = Verdict.OPEN
        self.at_fault.update(fields)


def without_accents(text: str) -> str:
    """Removes accents; the tilde of ñ stays."""
    kept = (one for one in unicodedata.normalize("NFD", text) if one not in "\u0301\u0308")
    return unicodedata.normalize("NFC", "".join(kept))


def spelled(style: Style, text: str) -> str:
    """Spells a name or a place as the office does."""
    return {"capitals": text.upper(), "no accents": without_accents(text)}.get(style.spelling, text)


def shown(chance: Random, style: Style, person: Person, common_day: date) -> Shown:
    """Shows a person in the style of the sheet; `common_day` stands in its letterhead."""
    given, paternal, maternal = (spelled(style, one) for one in (person.given, person.paternal, person.maternal))
    row = Shown(person, given, paternal, maternal, {}, {})
    row.expected = _expected(style, row, common_day)
    row.cells = {
        "given": given,
        "family": row.family,
        "paternal": paternal,
        "maternal": maternal,
        "names": _full_name(style, row),
        "district": spelled(style, person.district.name),
        "province": spelled(style, person.district.province),
        "ubigeo": _code(style, person),
        "age": person.age,
        "cohort": COHORT,
        "tongue": _TONGUES[person.tongue],
        "ethnicity": _ETHNICITIES[person.ethnicity],
        "organization": spelled(style, _ORGANIZATIONS[person.organization]),
        "address": person.address,
        "remarks": chance.choice(["", "", "Regidora", "Caserío Agua Blanca", "llegó tarde"]),
        "signature": "",
    }
    _show_document(style, row)
    _show_birth(chance, style, row)
    _show_sex(chance, style, row)
    _show_consents(chance, style, row)
    _show_phone(chance, style, row)
    row.cells["enrolled"] = _enrolled(style, person.enrolled_on)
    row.whole = dict(row.cells)
    return row


def _expected(style: Style, row: Shown, common_day: date) -> dict[str, set[object]]:
    person, answers = row.person, "tongue and ethnicity" in style.extras
    purposes = {"training"} | (person.consents if "consents to image and contact" in style.extras else set())
    enrolled_on = {"column": person.enrolled_on, "letterhead": common_day, "none": None}[style.enrolled]
    stamps = {DAY_OF_STAMPS} if style.dialect != "office" and style.enrolled == "none" else set()
    return {
        "document": {(person.document, person.number)},
        "given_names": {row.given.casefold()},
        "family_names": {row.family.casefold()},
        "birth_date": {None if style.birth == "none" else person.born_on},
        "sex": {Sex.NOT_STATED if style.sex == "none" else person.sex},
        "mother_tongue": {person.tongue if answers else MotherTongue.NOT_STATED},
        "ethnicity": {person.ethnicity if answers else Ethnicity.NOT_STATED},
        "organization_type": {person.organization if "organizations" in style.extras else OrganizationType.NOT_STATED},
        "email": {person.address if "addresses" in style.extras else None},
        "district": {person.district.inei},
        "phone": {None if style.phone == "none" else person.phone},
        "enrolled_on": {enrolled_on} | stamps,
        "consents": {frozenset(purposes | ({"guardian"} & person.consents))},
    }


def _full_name(style: Style, row: Shown) -> str:
    family = row.family
    comma = ("{}, {}", "{},{}", "{} , {}")[len(row.given) % 3]
    forms = {"comma": comma.format(family, row.given), "given first": f"{row.given} {family}"}
    return forms.get(style.names, f"{family} {row.given}")


def _code(style: Style, person: Person) -> Cell:
    code = person.district.reniec if style.place == "UBIGEO RENIEC" else person.district.inei
    return int(code) if style.document == "numbers" and style.file != "csv" else code


def _show_document(style: Style, row: Shown) -> None:
    person, cells = row.person, row.cells
    cells["document"], cells["type"] = person.number, _DOCUMENTS[person.document]
    if person.document != "dni":
        return
    cells["check"] = person.check
    if style.document == "numbers":
        cells["document"] = int(person.number)
    elif style.document == "floats":
        cells["document"] = f"{int(person.number)}.0"
    elif style.document == "with check":
        cells["document"] = f"{person.number}-{person.check}"
    if style.document in ("numbers", "floats") and person.number.startswith("0"):
        row.doubt("document")


def _show_birth(chance: Random, style: Style, row: Shown) -> None:
    born_on = row.person.born_on
    row.cells |= {"day": born_on.day, "month": born_on.month, "year": born_on.year}
    row.cells["birth"] = written_day(chance, style, born_on)
    if style.birth == "two digits":
        doubt_century(row)


def doubt_century(row: Shown) -> None:
    """Leaves the row open if a year of two digits can be of either century."""
    if LAST_DAY.year - row.person.born_on.year < 12:
        row.doubt("birth_date")


def written_day(chance: Random, style: Style, day: date) -> Cell:
    """Writes a day in the style of the column of birth dates."""
    form = style.birth
    if form == "mixed":
        form = chance.choice(["text", "dashes", "words", "points"])
    if form == "swapped" and day.day <= 12:
        return Day(date(day.year, day.day, day.month), "%m/%d/%Y")
    if form == "cells" and style.file != "csv":
        return Day(day)
    if form == "words":
        return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"
    forms = {"two digits": "%d/%m/%y", "ISO": "%Y-%m-%d", "American": "%m/%d/%Y", "dashes": "%d-%m-%Y",
             "points": "%d.%m.%Y"}  # fmt: skip
    return day.strftime(forms.get(form, "%d/%m/%Y"))


def _enrolled(style: Style, day: date) -> Cell:
    if style.birth in ("swapped", "two digits", "none"):
        return day.strftime("%Y-%m-%d")
    if style.birth == "American":
        return day.strftime("%m/%d/%Y")
    return Day(day) if style.birth == "cells" else day.strftime("%d/%m/%Y")


def _tick(chance: Random, style: Style) -> str:
    """Draws a tick. A sheet has one kind, for where there are two, one of them may be a no."""
    kinds: tuple[tuple[str, ...], ...] = (("X", "x"), ("✓",), ("✔",))
    return chance.choice(kinds[0 if style.file == "csv" else len(style.extras) % 3])


def _show_sex(chance: Random, style: Style, row: Shown) -> None:
    sex, cells = row.person.sex, row.cells
    tick = _tick(chance, style)
    ticked: dict[str, Cell] = {"sex.m": tick if sex is Sex.MALE else "", "sex.f": tick if sex is Sex.FEMALE else ""}
    letters = _SEXES["H/M" if style.sex == "only M" and sex is Sex.FEMALE else style.sex] if style.sex in _SEXES else {}
    men, women = _WORDS[len(row.paternal) % 3 if style.dialect == "office" else 0]
    words = {Sex.MALE: men, Sex.FEMALE: women, Sex.OTHER: "Otro"}
    cells |= ticked | {"sex": letters.get(sex) or words[sex]}
    if style.sex == "only M":
        cells["sex"] = "M"
    if style.sex == "codes" and style.file != "csv":
        cells["sex"] = int(letters[sex])
    if style.dialect == "Kobo":
        cells["sex"] = str(cells["sex"]).lower()


def _show_consents(chance: Random, style: Style, row: Shown) -> None:
    yes, no = {"Kobo": ("si", "no"), "Google Forms": ("Sí, autorizo", "No autorizo")}.get(
        style.dialect, chance.choice([("Sí", "No"), ("SI", "NO"), ("Si", "No"), ("S", "N")])
    )
    row.cells |= {one: yes if one in row.person.consents else no for one in ("image", "contact")}
    row.cells["guardian"] = yes if "guardian" in row.person.consents else ""
    tick = _tick(chance, style)
    row.cells |= {"consent.yes": tick, "consent.no": ""}
    row.cells["consent"] = tick if style.consent == "lone tick" else style.consent == "booleans" or yes


def _show_phone(chance: Random, style: Style, row: Shown) -> None:
    phone = row.person.phone
    landline = chance.choice(["", f"076 36{phone[-4:]}"])
    row.cells |= {"mobile": phone, "landline": landline}
    spaced = chance.choice([phone, f"{phone[:3]} {phone[3:6]} {phone[6:]}"])
    row.cells["phone"] = spaced
    if style.phone == "numbers":
        row.cells["phone"] = int(phone)
    if style.phone == "international":
        row.cells["phone"] = f"+51 {phone}"
    if style.phone == "two columns" and landline:
        row.expected["phone"] = {phone, "".join(landline.split())}
