"""What cells say together of one thing: ticks below its answers, a date in three columns, a name in several."""

from collections.abc import Iterable, Sequence

from services.enrollment.sheets.cells import Cell, is_blank, text_of
from services.enrollment.sheets.values.dates import MONTHS
from services.enrollment.sheets.wordings import normalized

CHECKS = frozenset({"✓", "✔", "√", "☑", "✅"})
"""Signs that say yes whatever words stand in their column; an X may be crossed out."""

SIGNS = CHECKS | {"x", "☒"}
_TICKED = SIGNS | {"1", "sí", "si", "true", "verdadero"}
CROSSES = frozenset({"✗", "✘", "❌"})
_NOT_TICKED = CROSSES | {"0", "no", "☐", "false", "falso"}
_DAYS_TO_1904 = 1462
_LARGEST_YEAR = 2100


def ticked_answers(meanings: Iterable[str], cells: Iterable[Cell]) -> str:
    """Returns the answer whose cell is ticked; of several, all of them, which is no clear answer."""
    found = map(_answer, meanings, cells)
    return " / ".join(dict.fromkeys(filter(None, found)))


def date_of_parts(day: str, month: str, year: str) -> str:
    """Writes the month as a word, so that nothing can take it for the day."""
    if not day and not month:
        return year
    name = MONTHS[int(month) - 1] if month.isdecimal() and 1 <= int(month[:3]) <= 12 else month
    return " de ".join(filter(None, (day, name, year)))


def full_name(title: str, texts: Sequence[str]) -> str:
    """Joins the columns below one heading «Apellidos y nombres» as family names and given; or in the other order."""
    if len(texts) == 1:
        return texts[0]
    if normalized(title).startswith("nombre"):
        return f"{' '.join(texts[1:])}, {texts[0]}"
    return f"{' '.join(texts[:-1])}, {texts[-1]}"


def counted_from_1900(cell: Cell) -> Cell:
    """Converts a number that counts days from 1904; a small one is a year."""
    return cell + _DAYS_TO_1904 if isinstance(cell, int) and cell > _LARGEST_YEAR else cell


def _answer(meaning: str, cell: Cell) -> str:
    text = text_of(cell).casefold()
    if is_blank(cell) or text in _NOT_TICKED - {normalized(meaning)}:
        return ""
    is_ticked = text in _TICKED or normalized(text) == normalized(meaning)
    return meaning if meaning and is_ticked else text_of(cell)
