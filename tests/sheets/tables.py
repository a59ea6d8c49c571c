"""Puts people into the tabs of a workbook: their headings, and their rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from random import Random

from tests.sheets.columns import Column
from tests.sheets.grids import Tab
from tests.sheets.shown import Shown
from tests.sheets.styles import Style
from tests.sheets.surroundings import group_line


@dataclass(slots=True)
class Layout:
    """A tab that is being written. `people` has the line of each row."""

    chance: Random
    tab: Tab
    style: Style
    people: dict[int, Shown] = field(default_factory=dict)

    def headings(self, columns: Sequence[Column], *, is_low: bool = False) -> None:
        """Writes one to three lines of headings, merged as people merge them."""
        depth = 1 + max(len(one.over) for one in columns)
        first = len(self.tab.lines)
        lines = [[""] * len(columns) for _ in range(depth)]
        for number, column in enumerate(columns):
            own = len(column.over)
            lines[depth - 1 if is_low or own == depth - 1 else own][number] = self._signed(column.title)
            if not is_low and own < depth - 1:
                self.tab.merged.append((first + own, first + depth - 1, number, number))
        for level in range(depth - 1):
            self._merge_over(columns, lines, level, first)
        for line in lines:
            self.tab.add(*line)

    def _signed(self, title: str) -> str:
        """Returns a heading with the signs that offices add, or broken into lines."""
        if "headings with signs" not in self.style.extras:
            return title
        return self.chance.choice([f"{title} *", f"{title}:", f"{title} (*)", title.replace(" ", "\n", 1), title])

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
        for is_first, (number, row) in self._grouped(rows):
            if is_first:
                self.tab.add(*group_line(self.chance, self.style, row.person))
            if number == repeated:
                self.headings(columns)
            if "empty lines" in self.style.extras and number % 4 == 3:
                self.tab.add()
            self._row(columns, row, start + number)
        if "ditto marks" in self.style.extras and self.style.place == "columns":
            for key in ("district", "province", "tongue", "ethnicity"):
                self._mark_equal(columns, rows, key)
        if self.style.place == "merged":
            for key in ("district", "province"):
                self._merge_equal(columns, rows, key)
        if "merged consent" in self.style.extras and self.style.consent == "words":
            self._merge_equal(columns, rows, "consent")

    def _grouped(self, rows: Sequence[Shown]) -> list[tuple[bool, tuple[int, Shown]]]:
        """Returns the rows with their numbers, and whether each is the first of its district."""
        if self.style.place != "groups":
            return [(False, pair) for pair in enumerate(rows)]
        places = [row.person.district.inei for row in rows]
        return [(place not in places[:number], (number, rows[number])) for number, place in enumerate(places)]

    def _row(self, columns: Sequence[Column], row: Shown, number: int) -> None:
        cells = row.cells | {"number": number, "stamp": "20/05/2025 10:15:30", "start": "2025-05-20T10:15:30.000-05:00"}
        cells |= {"_id": 1000 + number, "_uuid": f"7f1c-{number:04}"}
        self.people[self.tab.add(*(cells[column.key] for column in columns))] = row

    def _mark_equal(self, columns: Sequence[Column], rows: Sequence[Shown], key: str) -> None:
        """Writes a sign where a cell says what the one above it says."""
        number = next((number for number, one in enumerate(columns) if one.key == key), None)
        if number is None:
            return
        own = {id(row) for row in rows}
        lines = [line for line, row in self.people.items() if id(row) in own]
        cells = [self.tab.lines[line - 1][number] for line in lines]
        sign = self.chance.choice(['"', "ídem", "IDEM", "''"])
        for above, cell, line in zip(cells, cells[1:], lines[1:], strict=False):
            if cell == above and cell != "":
                self.tab.lines[line - 1][number] = sign

    def _merge_equal(self, columns: Sequence[Column], rows: Sequence[Shown], key: str) -> None:
        """Merges the cells of a column that are equal in neighbouring lines."""
        own = {id(row) for row in rows}
        lines = [line for line, row in self.people.items() if id(row) in own]
        column = next(number for number, one in enumerate(columns) if one.key == key)
        cells = {line: self.tab.lines[line - 1][column] for line in lines}
        start = 0
        for end in range(1, len(lines) + 1):
            is_next = end < len(lines) and lines[end] == lines[end - 1] + 1
            if is_next and cells[lines[end]] == cells[lines[start]]:
                continue
            if end - start > 1 and cells[lines[start]] != "":
                self._merge_down(lines[start] - 1, lines[end - 1] - 1, column)
            start = end

    def _merge_down(self, first: int, last: int, column: int) -> None:
        self.tab.merged.append((first, last, column, column))
        for line in range(first + 1, last + 1):
            self.tab.lines[line][column] = ""
