"""Draws a sheet by its seed: people, a style, rows that show them, and the file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from random import Random

from contracts.event import Sex
from contracts.territory import District, districts
from tests.sheets.columns import Column, columns_of, shuffled
from tests.sheets.document_flaws import copy_document, copy_person, differ
from tests.sheets.files import write_file
from tests.sheets.flaws import FLAWS, damage
from tests.sheets.grids import Tab, Workbook
from tests.sheets.people import LAST_DAY, Person, people
from tests.sheets.shown import Shown, Verdict, shown
from tests.sheets.styles import Style, draw
from tests.sheets.surroundings import summary, write_below, write_counts, write_facilitator, write_letterhead
from tests.sheets.tables import Layout

ALL_FLAWS = (*FLAWS, "same person twice", "one document for two")
ROWS = 10
"""People of a generated sheet."""


@dataclass(frozen=True, slots=True)
class GeneratedSheet:
    """A file, and the person that each of its lines shows: by tab, counted from 0, and line, counted from 1.

    `columns` are all its columns, `hidden` the lines that the office hid.
    """

    name: str
    style: Style
    content: bytes
    rows: dict[tuple[int, int], Shown]
    columns: tuple[Column, ...]
    hidden: frozenset[tuple[int, int]]


def generate(seed: int, style: Style | None = None, count: int = ROWS) -> GeneratedSheet:
    """Draws the sheet of a seed, in a style that is drawn too unless it is given."""
    chance = Random(seed)
    drawn = draw(chance, ALL_FLAWS)
    style = style or drawn
    rows = _rows(chance, style, count)
    columns = columns_of(chance, style, with_guardians=any("guardian" in one.person.consents for one in rows))
    groups = _groups(style, rows)
    layouts = [_layout(chance, style, columns, name, group) for name, group in groups]
    hidden = _hide(chance, style, layouts)
    tabs = [one.tab for one in layouts]
    if "a summary tab" in style.extras:
        tabs = [*tabs, summary(style, {name: len(group) for name, group in groups})]
    if "a hidden tab" in style.extras:
        tabs = [*tabs, _last_year(chance, style, columns)]
    book = Workbook(tabs, counts_from_1904="dates from 1904" in style.extras)
    return GeneratedSheet(
        name=f"seed {seed}",
        style=style,
        content=write_file(book, style.file, style.delimiter, style.encoding),
        rows={(tab, line): row for tab, one in enumerate(layouts) for line, row in one.people.items()},
        columns=tuple(columns),
        hidden=hidden,
    )


def _rows(chance: Random, style: Style, count: int) -> list[Shown]:
    day = date(2025, 5, chance.randrange(13, 29))
    everybody = [_fitting(style, one) for one in people(chance, count, _places(chance, style))]
    if style.sex == "only M":
        everybody = [replace(one, sex=everybody[0].sex) for one in everybody]
    if style.place in ("groups", "merged", "tabs"):
        everybody.sort(key=lambda one: one.district.inei)
    if style.enrolled == "letterhead":
        everybody = [_enrolled_on(one, day) for one in everybody]
    rows = [shown(chance, style, one, day) for one in everybody]
    _doubt(style, rows)
    _copy(style, rows)
    damage(chance, style, rows)
    if "same person twice" in rows[-1].flaws and rows[0].verdict is Verdict.REFUSE:
        rows[-1].doubt("document")
    return rows


def _places(chance: Random, style: Style) -> list[District] | None:
    everywhere = list(districts().values())
    if style.place in ("letterhead", "nowhere"):
        return [chance.choice(everywhere)]
    if style.place in ("groups", "merged"):
        province = chance.choice(everywhere).province
        own = [one for one in everywhere if one.province == province]
        return chance.sample(own, 2)
    if style.place == "tabs":
        chosen = chance.sample(sorted({one.province for one in everywhere}), 2)
        return [one for one in everywhere if one.province in chosen]
    return None


def _fitting(style: Style, person: Person) -> Person:
    """Changes what a style cannot show: other documents without a column for their type, days beyond twelve."""
    if person.document != "dni" and style.document != "with type":
        person = replace(person, document="dni", number=f"7{person.number[-7:]}")
    if style.sex == "words" and person.number.endswith("7"):
        person = replace(person, sex=Sex.OTHER)
    if style.birth == "small days":
        person = replace(person, born_on=_small(person.born_on), enrolled_on=_small(person.enrolled_on))
    return person


def _small(day: date) -> date:
    return day.replace(day=(day.day - 1) % 12 + 1)


def _enrolled_on(person: Person, day: date) -> Person:
    return replace(person, enrolled_on=day)


def _doubt(style: Style, rows: Sequence[Shown]) -> None:
    """Leaves open what a careful clerk can only settle with some luck."""
    names = [one.name for one in districts().values()]
    if style.place == "district alone":
        for row in rows:
            if names.count(row.person.district.name) > 1:
                row.doubt("district")
    if style.names in ("family first", "given first"):
        for row in rows:
            row.at_fault.add("names")
            if not row.maternal:
                row.doubt("names")
    if style.birth == "swapped":
        _doubt_swapped(rows)
    if style.place == "merged" and style.file == "csv":
        _doubt_merged(rows)


def _doubt_swapped(rows: Sequence[Shown]) -> None:
    texts = sum(isinstance(row.cells["birth"], str) for row in rows)
    for row in rows:
        if not isinstance(row.cells["birth"], str):
            row.at_fault.add("birth_date")
            if min(texts, len(rows) - texts) < 2:
                row.doubt("birth_date")


def _doubt_merged(rows: Sequence[Shown]) -> None:
    """Leaves the rows open whose place is blank, because a CSV does not tell that cells were merged."""
    for above, row in pairwise(rows):
        if above.person.district.province == row.person.district.province:
            row.doubt("district")


def _copy(style: Style, rows: Sequence[Shown]) -> None:
    """Writes one person twice, or one document for two people."""
    if "same person twice" in style.flaws and style.place not in ("groups", "merged", "tabs"):
        copy_person(rows[-1], rows[0])
    if "one document for two" in style.flaws:
        other = next((one for one in rows[2:-1] if differ(rows[1], one)), None)
        if other and style.sex not in ("none", "only M"):
            copy_document(other, rows[1])
            rows[1].flaws.add("its document stands for another")


def _groups(style: Style, rows: list[Shown]) -> list[tuple[str, list[Shown]]]:
    """Returns the tabs' names and rows: one for each province, or one alone."""
    if style.place != "tabs":
        return [("Hoja1", rows)]
    provinces = list(dict.fromkeys(row.person.district.province for row in rows))
    return [(one.upper(), [row for row in rows if row.person.district.province == one]) for one in provinces]


def _layout(chance: Random, style: Style, columns: list[Column], name: str, rows: list[Shown]) -> Layout:
    layout = Layout(chance, Tab(name), style)
    day = next(iter(rows[0].expected["enrolled_on"]))
    if style.dialect == "office":
        above = day if isinstance(day, date) else date(2025, 5, 20)
        write_letterhead(chance, style, layout.tab, len(columns), rows[0].person, above)
    is_explained_above = chance.random() < 0.5
    if style.sex == "codes" and is_explained_above:
        layout.tab.add("LEYENDA DE SEXO: 1 = HOMBRE, 2 = MUJER")
    is_low = chance.random() < 0.4
    upper = len(rows) // 2 if "a second table" in style.extras else len(rows)
    layout.headings(columns, is_low=is_low)
    layout.rows(columns, rows[:upper])
    last = columns
    if rows[upper:]:
        last = shuffled(chance, columns)
        layout.tab.add()
        layout.headings(last, is_low=is_low)
        layout.rows(last, rows[upper:], start=upper + 1)
    if "people who left" in style.extras:
        _write_left(chance, style, layout, last)
    write_below(chance, style, layout.tab, columns, len(rows))
    if style.sex == "codes" and not is_explained_above:
        layout.tab.add("", "1", "Hombre")
        layout.tab.add("", "2", "Mujer")
    if "a facilitator" in style.extras:
        write_facilitator(layout.tab, last)
    if "a table of counts" in style.extras:
        write_counts(layout.tab, [row.person for row in rows])
    if "an empty first column" in style.extras:
        layout.tab.indent()
    return layout


def _write_left(chance: Random, style: Style, layout: Layout, columns: list[Column]) -> None:
    """Writes people below a line that says that they left; nobody of them is enrolled."""
    left = [shown(chance, style, _fitting(style, one), LAST_DAY) for one in people(chance, 2)]
    layout.tab.add()
    layout.tab.add(chance.choice(["RETIRADOS", "Participantes retirados", "NO DESEAN PARTICIPAR"]))
    for row in left:
        row.refuse("consents")
        row.at_fault |= {"names", "birth_date", "district", "document"}
    layout.rows(columns, left)


def _last_year(chance: Random, style: Style, columns: list[Column]) -> Tab:
    """Writes the list of others, which the office hid in the same workbook."""
    layout = Layout(chance, Tab("2024", is_hidden=True), replace(style, place="columns"))
    layout.headings(columns)
    layout.rows(columns, [shown(chance, style, _fitting(style, one), LAST_DAY) for one in people(chance, 3)])
    return layout.tab


def _hide(chance: Random, style: Style, layouts: Sequence[Layout]) -> frozenset[tuple[int, int]]:
    """Hides the rows of people who withdrew, or of people whom a filter left out of sight, or strikes them out."""
    if not style.extras & {"hidden rows", "hidden people", "struck-out rows"}:
        return frozenset()
    found = set()
    for number, layout in enumerate(layouts):
        plain = [line for line, row in layout.people.items() if not row.flaws]
        for line in chance.sample(plain, min(2, len(plain), len(layout.people) - 1)):
            if style.extras & {"hidden rows", "hidden people"}:
                layout.tab.hidden.add(line - 1)
            else:
                layout.tab.struck.add(line - 1)
            found.add((number, line))
            if "hidden people" not in style.extras:
                layout.people[line].refuse("row")
    return frozenset(found)
