"""Tells lines below the headings apart: people, totals, notes, signatures, groups and what is empty."""

import re
from collections.abc import Sequence

from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Cell, Row, is_blank, text_of
from services.enrollment.sheets.layout.headings import read_heading, says_something
from services.enrollment.sheets.layout.leaving import says_left
from services.enrollment.sheets.layout.left_out import Reason
from services.enrollment.sheets.layout.letterhead import bare_place, place_of, statements
from services.enrollment.sheets.layout.near_headings import near_fields
from services.enrollment.sheets.layout.tables import NAMES, Column, Field

PREFILLED = frozenset({Field.COHORT, Field.PROVINCE, Field.DEPARTMENT})
"""Columns that offices fill in beforehand, also for rows that are still empty."""

_PERSONAL = frozenset({*NAMES, Field.DOCUMENT, Field.BIRTH_DATE, Field.SEX, Field.PHONE, Field.EMAIL})
"""Columns of which one at least has something in a line about a person."""

_TOTALS = frozenset({"total", "totales", "subtotal", "subtotales"})
_NOTES = frozenset(
    "nota notas fuente obs observacion observaciones leyenda elaborado importante aviso elaboracion fecha".split()
)
_HINTS = re.compile(r"[dma]{1,4}[/.-][dma]{1,4}[/.-][dmay]{2,4}", re.IGNORECASE)
"""A form of dates, as stands below the headings of templates."""

_COUNTS = frozenset("cantidad numero mujer mujeres varon varones hombre hombres femenino masculino porcentaje".split())
"""Words of tables of counts, and of legends in cells beside their codes."""

_SIGNATURES = frozenset("firma firmas sello responsable facilitador facilitadora vb vobo".split())
_PROFESSIONS = frozenset("ing lic prof dr dra abog abg econ arq mg bach cpc".split())
"""Titles before the name of somebody who signs."""

_OTHERS = _SIGNATURES | frozenset(
    (
        "elaborado revisado aprobado coordinador coordinadora ponente capacitador capacitadora expositor expositora"
        " encargado encargada digitador digitadora ejemplo ej"
    ).split()
)
"""Words in the column of numbers of somebody who is no participant, or nobody."""

_NUMBERING = frozenset({"item", "orden", "numero"})
_COUNTED_PEOPLE = 50
_MOST_CELLS = 3
"""Cells of a line that is about nobody; more of them are a person whose document is missing, if one is personal."""

_LONGEST_NAME = 80
_MINIMUM_DOCUMENT_CHARACTERS = 6
"""A line with a shorter number can be a total."""

_LONGEST_DOCUMENT, _FEWEST_DIGITS = 20, 3


class LineKinds:
    """Judges the lines of one table, in their order. A heading that is asked about counts as what it may mean."""

    def __init__(self, columns: Sequence[Column]) -> None:
        read = ((column.number, column.field or next(iter(near_fields(column.title)), None)) for column in columns)
        fields = {number: field for number, field in read if field}
        self._own = [number for number, field in fields.items() if field not in PREFILLED]
        self._documents = [number for number, field in fields.items() if field is Field.DOCUMENT]
        self._personal = [number for number, field in fields.items() if field in _PERSONAL]
        self._read = fields.keys()
        self._names = [number for number, field in fields.items() if field in NAMES]
        self._numbering = [column.number for column in columns if _is_numbering(column)]
        self._is_signed = False
        self._people, self._fewest_cells = 0, len(columns)

    def is_person(self, row: Row) -> bool:
        """Tells whether a line has a document's number and something else about its person. It is quick."""
        has_document = self._is_numbered(row) and any(_may_be_number(row.at(number)) for number in self._documents)
        is_person = has_document and not self._is_of_another(row)
        self._is_signed = self._is_signed and not is_person
        if is_person and self._people < _COUNTED_PEOPLE:
            self._people += 1
            self._fewest_cells = min(self._fewest_cells, _stated(row))
        return is_person

    def _is_of_another(self, row: Row) -> bool:
        """Tells whether a line is about somebody who signs, or an example: it says so in place of a number, or follows
        signatures and says less than of anybody above."""
        if self._is_signed and _stated(row) < self._fewest_cells:
            return True
        labels = (cell for number in self._numbering if isinstance(cell := row.at(number), str) and cell[:1].isalpha())
        return any(not _OTHERS.isdisjoint(_spelled(label)[:1]) for label in labels)

    def _is_numbered(self, row: Row) -> bool:
        if not any(_has_digit(row.at(number)) for number in self._documents):
            return False
        others = (number for number in self._own if number not in self._documents)
        return any(not is_blank(row.at(number)) for number in others)

    def is_empty(self, row: Row) -> bool:
        """Tells whether a line says nothing, or has only what is filled in beforehand and numbers."""
        if not all(is_blank(row.at(number)) for number in self._own):
            return False
        for number, cell in enumerate(row.cells):
            says = _says_something if number not in self._read else _is_of_a_line
            if isinstance(cell, str) and says(cell):
                return False
        return True

    def reason(self, row: Row) -> Reason | None:
        """Returns why a line is not about a person; None if it is about one."""
        stated = [(number, cell) for number, cell in enumerate(row.cells) if not is_blank(cell)]
        texts = [text_of(cell) for _, cell in stated]
        if len(texts) == 1 and says_left(texts[0]):
            return Reason.NOTE
        if _is_total(texts):
            return Reason.TOTAL
        if _is_line_of_counts([cell for _, cell in stated]) or any(map(_is_hint, texts)):
            return Reason.NOTE
        if self._is_numbered(row):
            return Reason.SIGNATURE if self._is_of_another(row) else None
        if any(tokens(text)[:1] == ["leyenda"] for text in texts[:1]):
            return Reason.NOTE
        if 2 * len(list(statements(row))) >= max(len(stated) - 1, 1) or _is_place(texts):
            return Reason.GROUP
        if len(stated) > _MOST_CELLS:
            return None if any(not is_blank(row.at(number)) for number in self._personal) else Reason.NOTE
        if any(map(_is_signature, texts)) or _is_professional(texts):
            self._is_signed = True
        if self._is_signed:
            return Reason.SIGNATURE
        return None if self._may_be_person(stated) else Reason.NOTE

    def _may_be_person(self, stated: Sequence[tuple[int, Cell]]) -> bool:
        """Tells whether the line has a name where the names are and no note instead, or nothing but a document."""
        names = [text_of(cell) for number, cell in stated if number in self._names]
        if any(_is_note(name) for name in names):
            return False
        documents = [cell for number, cell in stated if number in self._documents]
        return len(" ".join(names).split()) > 1 or any(map(_may_be_document, documents))


def _is_numbering(column: Column) -> bool:
    return column.field is None and (not says_something(column.title) or set(tokens(column.title)) <= _NUMBERING)


def _is_hint(text: str) -> bool:
    return _HINTS.fullmatch(text.strip("() ")) is not None


def _stated(row: Row) -> int:
    """Returns how many cells of a line say something."""
    return sum(not is_blank(cell) for cell in row.cells)


def _is_of_a_line(text: str) -> bool:
    """Tells whether a text is nothing that is filled in beforehand, but begins a group or ends the list."""
    return _is_signature(text) or says_left(text) or any(True for _ in statements(Row(0, (text,))))


def _says_something(text: str) -> bool:
    return any(map(str.isalpha, text)) or _is_signature(text)


def _may_be_document(cell: Cell) -> bool:
    return _has_digit(cell) and _is_long(cell) and len(text_of(cell).split()) == 1


def _is_place(texts: Sequence[str]) -> bool:
    return len(texts) == 1 and bool(place_of(bare_place(texts[0])))


def _is_line_of_counts(cells: Sequence[Cell]) -> bool:
    """Tells whether a line has only counts and what is counted, or the numbers of the columns."""
    numbers = [text_of(cell).strip("().") for cell in cells]
    if len(cells) >= _MOST_CELLS and numbers == [str(number) for number in range(1, len(cells) + 1)]:
        return True
    return all(map(_is_of_counts, cells)) and (len(cells) == 1 or not all(text_of(cell).isdecimal() for cell in cells))


def _is_of_counts(cell: Cell) -> bool:
    """Tells whether a table of counts has such a cell: a small number, or what is counted."""
    text = text_of(cell)
    if text.isdecimal():
        return not _is_long(cell)
    return read_heading(text) is not None or not _COUNTS.isdisjoint(tokens(text)[:1])


def _has_digit(cell: Cell) -> bool:
    return any(map(str.isdecimal, text_of(cell)[:_LONGEST_DOCUMENT]))


def _may_be_number(cell: Cell) -> bool:
    """Tells whether a cell has as many characters as a document, and not only a digit, as «8 dígitos» has."""
    return _is_long(cell) and sum(map(str.isdecimal, text_of(cell)[:_LONGEST_DOCUMENT])) >= _FEWEST_DIGITS


def _is_long(cell: Cell) -> bool:
    return len(text_of(cell)) >= _MINIMUM_DOCUMENT_CHARACTERS


def _is_total(texts: Sequence[str]) -> bool:
    starts = (tokens(text)[:2] for text in texts[:2])
    return any(words[:1] and (words[0] in _TOTALS or words == ["sub", "total"]) for words in starts)


def _spelled(text: str) -> list[str]:
    """Returns the words of a text; «V°B°» is one."""
    return tokens(text.replace(".", "").replace("°", ""))


def _is_signature(text: str) -> bool:
    words = _spelled(text)
    return "____" in text or "......" in text or (len(words) <= 6 and not _SIGNATURES.isdisjoint(words))


def _is_professional(texts: Sequence[str]) -> bool:
    """Tells whether a line has a name behind the title of a profession, and nothing else."""
    return len(texts) == 1 and not _PROFESSIONS.isdisjoint(tokens(texts[0])[:1])


def _is_note(text: str) -> bool:
    words = tokens(text)
    return (
        not words
        or words[0] in _NOTES
        or text.startswith(("*", "(*"))
        or len(text) > _LONGEST_NAME
        or any(map(str.isdecimal, text))
    )
