"""What stands above and below the people of a sheet, as offices write it."""

from collections.abc import Sequence
from datetime import date
from random import Random

from contracts.event import Sex
from tests.sheets.columns import Column
from tests.sheets.grids import Cell, Tab
from tests.sheets.people import Person
from tests.sheets.shown import COHORT, MONTHS, spelled
from tests.sheets.styles import Style

_TITLES = (
    ("GOBIERNO REGIONAL DE CAJAMARCA", "Registro de participantes"),
    ("MUNICIPALIDAD PROVINCIAL", "SUB GERENCIA DE PARTICIPACIÓN VECINAL", "Lista de inscritos 2025"),
    ("“Año de la recuperación y consolidación de la economía peruana”", "FICHA DE INSCRIPCIÓN"),
)
_TOTALS: tuple[tuple[Cell, ...], ...] = (
    ("TOTAL", "{}"), ("Total de participantes", "", "", "{}"), ("", "TOTAL: {}"), ("TOTAL GENERAL", "", "{}"),
)  # fmt: skip
_NOTES = (
    ("(*) Los datos son tratados según la Ley 29733", "", "Nota: fuente Municipalidad"),
    ("Fuente: padrón de la Municipalidad", "", ""),
    ("", "Elaborado por: Oficina de Participación", "* Los datos son referenciales"),
)
_SIGNATURES = (
    ("______________________", "FIRMA DEL RESPONSABLE"),
    ("........................................", "V°B° Sub Gerente"),
    ("____________________", "Ing. Rosa Quispe Huamán", "DNI 26600000"),
)


def write_letterhead(chance: Random, style: Style, tab: Tab, width: int, person: Person, day: date) -> None:
    """Writes the lines above the first table; the place is that of the person."""
    if "a cover line of signs" in style.extras and style.encoding not in ("cp850", "mac-roman"):
        tab.add("• Programa de formación ciudadana ®")
    if "a title" in style.extras:
        for text in chance.choice(_TITLES):
            _write_title(tab, width, text)
        tab.add()
    _write_place(chance, style, tab, person)
    if style.cohort == "letterhead":
        tab.add(*chance.choice([("Cohorte:", COHORT), (f"Cohorte: {COHORT}",), (f"COHORTE : {COHORT}",)]))
    if style.enrolled == "letterhead":
        tab.add(*_written_day(chance, style, day))
    if style.extras & {"a title", "empty lines"}:
        tab.add()


def _write_title(tab: Tab, width: int, text: str) -> None:
    line = tab.add(text, *[""] * (width - 1)) - 1
    if width > 1:
        tab.merged.append((line, line, 0, width - 1))


def _write_place(chance: Random, style: Style, tab: Tab, person: Person) -> None:
    province, district = (spelled(style, one) for one in (person.district.province, person.district.name))
    if style.place == "letterhead":
        ways: list[list[tuple[str, ...]]] = [
            [(f"PROVINCIA: {province}", "", "", f"DISTRITO: {district}")],
            [("Provincia:", province), ("Distrito:", district)],
            [(f"Distrito: {district}", "", f"Provincia: {province}")],
            [("PROVINCIA", province, "DISTRITO", district)],
        ]
        for line in chance.choice(ways):
            tab.add(*line)
    elif style.place in ("groups", "tabs"):
        labels = ((f"Provincia: {province}",), ("PROVINCIA:", province), (f"PROVINCIA DE {province}",))
        tab.add(*chance.choice(labels))


def _written_day(chance: Random, style: Style, day: date) -> tuple[Cell, ...]:
    words = f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"
    numbers = day.strftime("%d/%m/%Y")
    labelled, placed = f"Fecha de inscripción: {numbers}", f"Lugar y fecha: Cajamarca, {words}"
    return chance.choice([(f"FECHA: {words}",), ("Fecha:", numbers), (labelled,), ("FECHA", words), (placed,)])


def write_below(chance: Random, style: Style, tab: Tab, columns: Sequence[Column], count: int) -> None:
    """Writes what stands under the people: empty numbers, totals, notes and signatures."""
    if "empty rows with numbers" in style.extras:
        for number in range(count + 1, count + 4):
            tab.add(*(number if column.key == "number" else "" for column in columns))
    if "totals" in style.extras:
        tab.add(*(_counted(cell, count) for cell in chance.choice(_TOTALS)))
    if "notes" in style.extras:
        tab.add()
        for text in chance.choice(_NOTES):
            tab.add(*chance.choice([(text,), ("", text)]))
    if "signatures" in style.extras:
        for text in chance.choice(_SIGNATURES):
            tab.add("", "", text)


def write_facilitator(tab: Tab, columns: Sequence[Column]) -> None:
    """Writes who signs below the list, with the name and the DNI where those of the people are."""
    cells: dict[str, Cell] = {
        "names": "ROJAS TELLO, INÉS", "family": "Rojas Tello", "paternal": "Rojas", "maternal": "Tello",
        "given": "Inés", "document": "26600000",
    }  # fmt: skip
    tab.add("", "______________________")
    tab.add(*(cells.get(column.key, "") for column in columns))


def write_counts(tab: Tab, people: Sequence[Person]) -> None:
    """Writes a small table of how many men and women there are, under the people."""
    women = sum(one.sex is Sex.FEMALE for one in people)
    tab.add()
    counts: tuple[tuple[Cell, ...], ...] = (("SEXO", "CANTIDAD"), ("Mujeres", women), ("Varones", len(people) - women))
    for line in counts:
        tab.add("", *line)


def _counted(cell: Cell, count: int) -> Cell:
    return count if cell == "{}" else str(cell).format(count)


def group_line(chance: Random, style: Style, person: Person) -> tuple[str, ...]:
    """Writes the line above the people of a district."""
    name = spelled(style, person.district.name)
    return chance.choice(
        [(f"DISTRITO DE {name}",), (f"DISTRITO: {name}",), ("Distrito:", name), ("", f"Distrito {name}")]
    )


def summary(style: Style, counts: dict[str, int]) -> Tab:
    """Writes a tab with the number of people of each province."""
    tab = Tab("RESUMEN")
    tab.add("PROVINCIA", "PARTICIPANTES")
    for province, count in counts.items():
        tab.add(spelled(style, province), count)
    tab.add("TOTAL", sum(counts.values()))
    return tab
