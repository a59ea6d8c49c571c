"""What a column with an unknown heading may be by its cells: documents, birth dates, districts or sexes."""

from collections.abc import Callable, Iterable
from datetime import date
from itertools import islice

from chassis.runtime.rejections import RejectedError
from services.enrollment.identity.names import tokens
from services.enrollment.sheets.cells import Cell, text_of
from services.enrollment.sheets.layout.headings import sex_answer
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.values.dates import DateOrder, DateWindow, read_date
from services.enrollment.sheets.values.districts import names_district
from services.enrollment.sheets.wordings import normalized

_SAMPLE = 50
_LEAST_CELLS = 3
_LEAST_SHARE = 0.8
_LONGEST_CELL = 60
_DNI_DIGITS = 8
_BIRTHS = DateWindow(date(1905, 1, 1), date(2021, 1, 1))
"""Sheets have no children of a few years, and their other dates are later."""


_STAMPS = frozenset(
    (
        "marca temporal|marca de tiempo|timestamp|time stamp|submission time|submission date|submitted|submitted on"
        "|start|end|today|start time|end time|completion time|last modified time|date submitted|created|created on"
        "|hora de inicio|hora de finalizacion|hora de la ultima modificacion|fecha de envio|fecha de creacion|creado"
        "|fecha y hora|inicio|fin"
    ).split("|")
)
"""Headings by which programs say when somebody filled in a form; before 2021 it could be a birth."""

_BARE_DATES = frozenset({"fecha", "fechas", "fec"})
"""Headings that do not say what happened on the day."""

_FIELDS_OF_DAYS = (Field.BIRTH_DATE, Field.ENROLLED_ON)
_OTHER_DAYS = frozenset("emision expedicion caducidad caduca vencimiento vence registro ingreso inscripcion".split())
"""Words of headings of days on which nobody was born."""


def fields_of_cells(title: str, cells: Iterable[Cell]) -> tuple[Field, ...]:
    """Returns the field that most of the first cells can have and no other can; none if they are too few."""
    sample = list(islice(cells, _SAMPLE))
    if sample and normalized(title) in _BARE_DATES:
        return _FIELDS_OF_DAYS if 2 * sum(map(_is_birth_date, sample)) >= len(sample) else _FIELDS_OF_DAYS[::-1]
    if len(sample) < _LEAST_CELLS or normalized(title) in _STAMPS:
        return ()
    shares = {field: sum(map(is_such, sample)) / len(sample) for field, is_such in _KINDS.items()}
    found = tuple(field for field, share in shares.items() if share >= _LEAST_SHARE)
    return (
        found if _OTHER_DAYS.isdisjoint(tokens(title)) else tuple(one for one in found if one is not Field.BIRTH_DATE)
    )


def _is_dni(cell: Cell) -> bool:
    text = text_of(cell)
    return len(text) == _DNI_DIGITS and text.isdecimal()


def _is_birth_date(cell: Cell) -> bool:
    if (
        not isinstance(cell, str | date)
        or len(text := text_of(cell)) > _LONGEST_CELL
        or ":" in text.removesuffix("00:00:00")
    ):
        return False
    try:
        return read_date(cell, DateOrder.DAY_FIRST, _BIRTHS) in _BIRTHS
    except RejectedError:
        return False


def _is_district(cell: Cell) -> bool:
    return names_district(text_of(cell)[:_LONGEST_CELL])


def _is_sex(cell: Cell) -> bool:
    return sex_answer(text_of(cell)[:_LONGEST_CELL]) is not None


_KINDS: dict[Field, Callable[[Cell], bool]] = {
    Field.DOCUMENT: _is_dni,
    Field.BIRTH_DATE: _is_birth_date,
    Field.DISTRICT: _is_district,
    Field.SEX: _is_sex,
}
