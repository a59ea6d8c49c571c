"""Legends of a sheet, by which its codes of sexes are read: «1 = Hombre, 2 = Mujer»."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, islice, pairwise

from contracts.event import Sex
from services.enrollment.sheets.cells import Row, is_blank, text_of
from services.enrollment.sheets.layout.table_finder import Part
from services.enrollment.sheets.values.answers import sex_codes_of

_LINES = 300
_LONGEST_LEGEND = 200


def codes_explained(rows: Sequence[Row], parts: Sequence[Part]) -> Iterable[tuple[str, Sex]]:
    """Returns the codes that the first lines of a tab explain which are about nobody."""
    people = {row.line for part in parts for row in part.rows}
    others = islice((row for row in rows if row.line not in people), _LINES)
    return chain.from_iterable(map(_codes_of, others))


def with_legend(part: Part, explained: Sequence[tuple[str, Sex]]) -> Part:
    """Returns the part with the codes, unless one of them is explained in two ways, or one sex only is."""
    codes = dict(explained)
    if not set(codes.values()) >= {Sex.MALE, Sex.FEMALE} or any(codes[code] is not sex for code, sex in explained):
        return part
    table = part.table
    return replace(part, table=replace(table, letterhead=replace(table.letterhead, sex_codes=codes)))


def _codes_of(row: Row) -> list[tuple[str, Sex]]:
    """Returns the codes of a line, each in one cell with what it means, or in the cell before it."""
    texts = [text_of(cell) for cell in row.cells if not is_blank(cell)]
    pairs = (f"{code}={meaning}" for code, meaning in pairwise(texts) if len(code) == 1)
    short = (text for text in (*texts, *pairs) if len(text) <= _LONGEST_LEGEND)
    return list(chain.from_iterable(sex_codes_of(text).items() for text in short))
