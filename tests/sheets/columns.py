"""Which columns a sheet has, in the office's order and with its headings."""

from dataclasses import dataclass
from random import Random

from tests.sheets.styles import Style
from tests.sheets.wordings import FIELDS, heading


@dataclass(frozen=True, slots=True)
class Column:
    """What a column says, its heading, and the headings over it, from the top."""

    key: str
    title: str
    over: tuple[str, ...] = ()

    @property
    def field(self) -> str | None:
        """The field of the interface that it says; None if it says none."""
        return FIELDS.get(self.key.partition(".")[0])


_PERSONAL = ("document", "type", "check", "given", "family", "paternal", "maternal", "names", "birth", "sex", "age")
_LINES = {"one line": 1, "two lines": 2, "three lines": 3}


def columns_of(chance: Random, style: Style, *, with_guardians: bool) -> list[Column]:
    """Draws the columns of a style."""
    keys = _keys(chance, style, with_guardians)
    found = [one for number, key in enumerate(keys, 1) for one in _columns(chance, style, key, number)]
    if style.dialect == "Kobo":
        found = [Column("start", "start"), *found, Column("_id", "_id"), Column("_uuid", "_uuid")]
    if style.dialect == "Google Forms":
        found = [Column("stamp", "Marca temporal"), *found]
    return _under_headings(style, found)


def shuffled(chance: Random, columns: list[Column]) -> list[Column]:
    """Returns the columns in another order; those under one heading stay together."""
    groups: dict[tuple[str, ...] | str, list[Column]] = {}
    for column in columns:
        groups.setdefault(column.over[-1:] or column.key, []).append(column)
    order = list(groups.values())
    chance.shuffle(order)
    return [column for group in order for column in group]


def _keys(chance: Random, style: Style, with_guardians: bool) -> list[str]:
    extras = style.extras
    names = {"two columns": ["family", "given"], "three columns": ["paternal", "maternal", "given"]}
    document = {"with type": ["type", "document"], "check column": ["document", "check"]}.get(
        style.document, ["document"]
    )
    who = [document, names.get(style.names, ["names"])]
    chance.shuffle(who)
    place = {
        "columns": ["district", "province"], "district alone": ["district"], "tabs": ["district"],
        "merged": ["province", "district"], "UBIGEO INEI": ["ubigeo inei"], "UBIGEO RENIEC": ["ubigeo reniec"],
        "bare UBIGEO": ["ubigeo"],
    }.get(style.place, [])  # fmt: skip
    return [
        *(["number"] if "a column of numbers" in extras or "empty rows with numbers" in extras else []),
        *who[0], *who[1],
        *(["birth"] if style.birth != "none" else []),
        *(["age"] if "ages" in extras else []),
        *(["sex"] if style.sex != "none" else []),
        *(["tongue", "ethnicity"] if "tongue and ethnicity" in extras else []),
        *place,
        *(["organization"] if "organizations" in extras else []),
        *(["address"] if "addresses" in extras else []),
        *({"none": [], "two columns": ["landline", "mobile"]}.get(style.phone, ["phone"])),
        *(["consent"] if style.consent != "declared" else []),
        *(["image", "contact"] if "consents to image and contact" in extras else []),
        *(["guardian"] if with_guardians else []),
        *(["enrolled"] if style.enrolled == "column" else []),
        *(["cohort"] if style.cohort == "column" else []),
        *(["remarks"] if "a remarks column" in extras else []),
        *(["signature"] if "a signature column" in extras else []),
    ]  # fmt: skip


def _columns(chance: Random, style: Style, key: str, number: int) -> list[Column]:
    """Returns the columns of a key: one, or several under one heading."""
    plain = key.partition(" ")[0]
    drawn = "names: given first" if key == "names" and style.names == "given first" else key
    drawn = "names: family first" if drawn == "names" else drawn
    title = heading(chance, drawn, style.dialect, style.typo, number)
    if key == "sex" and style.sex != "M/F":
        title = title.replace(" (M/F)", "")
    title = title.upper() if style.spelling == "capitals" and style.dialect == "office" else title
    if key == "sex" and style.sex == "ticked":
        return [Column("sex.m", "M", (title,)), Column("sex.f", "F", (title,))]
    if key == "consent" and style.consent == "ticked":
        return [Column("consent.yes", "SÍ", (title,)), Column("consent.no", "NO", (title,))]
    if key == "birth" and style.birth == "three columns":
        return [Column(part, name, (title,)) for part, name in (("day", "DÍA"), ("month", "MES"), ("year", "AÑO"))]
    if key in ("paternal", "maternal") and style.headings != "one line":
        return [Column(key, key.upper().replace("AL", "O"), ("APELLIDOS",))]
    return [Column(plain, title)]


def _under_headings(style: Style, columns: list[Column]) -> list[Column]:
    """Puts the uppermost headings over the columns, where the style has more lines than the columns need."""
    lines = _LINES[style.headings]
    if lines - max(len(one.over) for one in columns) < 2:
        return columns
    return [Column(one.key, one.title, (_theme(one), *one.over)) for one in columns]


def _theme(column: Column) -> str:
    is_personal = column.key.partition(".")[0] in _PERSONAL or column.field == "birth_date"
    return "DATOS PERSONALES" if is_personal else "OTROS DATOS"
