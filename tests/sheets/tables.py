"""Puts people into the tabs of a workbook: what stands above them, their headings, and what stands below."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from tests.sheets.columns import Column
from tests.sheets.grids import Tab
from tests.sheets.shown import COHORT, MONTHS, Shown, spelled
from tests.sheets.styles import Style


@dataclass(slots=True)
class Layout:
    """A tab that is being written. `people` has the line of each row."""

    tab: Tab
    style: Style
    people: dict[int, Shown] = field(default_factory=dict)

    def letterhead(self, width: int, rows: Sequence[Shown], day: date) -> None:
        """Writes the lines above the first table."""
        style, tab = self.style, self.tab
        if "a cover line of signs" in style.extras and style.encoding not in ("cp850", "mac-roman"):
            tab.add("• Programa de formación ciudadana ®")
        if "a title" in style.extras:
            self._title(width, "GOBIERNO REGIONAL DE CAJAMARCA")
            self._title(width, "Registro de participantes")
            tab.add()
        district = rows[0].person.district
        if style.place == "letterhead":
            tab.add(
                f"PROVINCIA: {spelled(style, district.province)}", "", "", f"DISTRITO: {spelled(style, district.name)}"
            )
        elif style.place in ("groups", "tabs"):
            tab.add(f"Provincia: {spelled(style, district.province)}")
        if style.cohort == "letterhead":
            tab.add("Cohorte:", COHORT) if width % 2 else tab.add(f"Cohorte: {COHORT}")
        if style.enrolled == "letterhead":
            tab.add(f"FECHA: {day.day} de {MONTHS[day.month - 1]} de {day.year}")
        if style.extras & {"a title", "empty lines"}:
            tab.add()

    def _title(self, width: int, text: str) -> None:
        line = self.tab.add(text, *[""] * (width - 1)) - 1
        if width > 1:
            self.tab.merged.append((line, line, 0, width - 1))

    def headings(self, columns: Sequence[Column], *, is_low: bool = False) -> None:
        """Writes one to three lines of headings, merged as people merge them."""
        depth = 1 + max(len(one.over) for one in columns)
        first = len(self.tab.lines)
        lines = [[""] * len(columns) for _ in range(depth)]
        for number, column in enumerate(columns):
            own = len(column.over)
            lines[depth - 1 if is_low or own == depth - 1 else own][number] = column.title
            if not is_low and own < depth - 1:
                self.tab.merged.append((first + own, first + depth - 1, number, number))
        for level in range(depth - 1):
            self._merge_over(columns, lines, level, first)
        for line in lines:
            self.tab.add(*line)

    def _merge_over(self, columns: Sequence[Column], lines: list[list[str]], level: int, first: int) -> None:
        groups = groupby(enumerate(columns), key=lambda pair: pair[1].over[: level + 1])
        for over, group in groups:
            if len(over) > level:
                numbers = [number for number, _ in group]
                lines[level][numbers[0]] = over[level]
                if len(numbers) > 1:
                    self.tab.merged.append((first + level, first + level, numbers[0], numbers[-1]))

    def rows(self, columns: Sequence[Column], rows: Sequence[Shown], start: int = 1) -> None:
        """Writes the people, grouped by district where the style says so."""
        repeated = len(rows) // 2 if "repeated headings" in self.style.extras else None
        for group, (number, row) in self._grouped(rows):
            if group:
                self.tab.add(f"DISTRITO DE {spelled(self.style, group)}")
            if number == repeated:
                self.headings(columns)
            if "empty lines" in self.style.extras and number % 4 == 3:
                self.tab.add()
            self._row(columns, row, start + number)
        if self.style.place == "merged":
            self._merge_places(columns, rows)

    def _grouped(self, rows: Sequence[Shown]) -> list[tuple[str, tuple[int, Shown]]]:
        if self.style.place != "groups":
            return [("", pair) for pair in enumerate(rows)]
        before = ["", *(row.person.district.name for row in rows)]
        names = [row.person.district.name for row in rows]
        return [(name if name != before[number] else "", (number, rows[number])) for number, name in enumerate(names)]

    def _row(self, columns: Sequence[Column], row: Shown, number: int) -> None:
        cells = row.cells | {"number": number, "stamp": "20/05/2025 10:15:30", "start": "2025-05-20T10:15:30.000-05:00"}
        cells |= {"_id": 1000 + number, "_uuid": f"7f1c-{number:04}"}
        self.people[self.tab.add(*(cells[column.key] for column in columns))] = row

    def _merge_places(self, columns: Sequence[Column], rows: Sequence[Shown]) -> None:
        """Merges the cells of neighbours who live in the same place."""
        own = {id(row) for row in rows}
        lines = [line for line, row in self.people.items() if id(row) in own]
        for key in ("district", "province"):
            column = next(number for number, one in enumerate(columns) if one.key == key)
            start = 0
            for end in range(1, len(lines) + 1):
                is_same = end < len(lines) and lines[end] == lines[end - 1] + 1
                if is_same and self._place(lines[end], column) == self._place(lines[start], column):
                    continue
                if end - start > 1:
                    self._merge_down(lines[start] - 1, lines[end - 1] - 1, column)
                start = end

    def _place(self, line: int, column: int) -> object:
        return self.people[line].person.district.inei, self.tab.lines[line - 1][column] != ""

    def _merge_down(self, first: int, last: int, column: int) -> None:
        self.tab.merged.append((first, last, column, column))
        for line in range(first + 1, last + 1):
            self.tab.lines[line][column] = ""

    def below(self, columns: Sequence[Column], count: int) -> None:
        """Writes what stands under the people: empty numbers, totals, notes and signatures."""
        extras, tab = self.style.extras, self.tab
        if "empty rows with numbers" in extras:
            for number in range(count + 1, count + 4):
                tab.add(*(number if column.key == "number" else "" for column in columns))
        if "totals" in extras:
            tab.add("TOTAL", count)
        if "notes" in extras:
            tab.add()
            tab.add("(*) Los datos son tratados según la Ley 29733")
            tab.add("", "Nota: fuente Municipalidad")
        if "signatures" in extras:
            tab.add("", "", "______________________")
            tab.add("", "", "FIRMA DEL RESPONSABLE")


def summary(style: Style, counts: dict[str, int]) -> Tab:
    """Writes a tab with the number of people of each province."""
    tab = Tab("RESUMEN")
    tab.add("PROVINCIA", "PARTICIPANTES")
    for province, count in counts.items():
        tab.add(spelled(style, province), count)
    tab.add("TOTAL", sum(counts.values()))
    return tab
