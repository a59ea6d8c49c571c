"""Files read and parsed without a store, for tests: the outcome of each row."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from chassis.runtime.rejections import RejectedError, Rejection
from contracts.territory import Scheme
from services.enrollment.enrollments.domain import Application
from services.enrollment.sheets.cells import Row
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.reading import read
from services.enrollment.sheets.rows import NameIndex, RowParser, name_index_of
from services.enrollment.sheets.sheet import read_sheet
from services.enrollment.tests.sheets import a_row, csv_of, table

TODAY = date(2026, 1, 15)
COHORT, OTHER, ORGANIZATION = uuid4(), uuid4(), uuid4()
NAMES = name_index_of([("Cohorte A", COHORT), ("Doble", COHORT), ("Doble", OTHER)], [("Red de Jóvenes", ORGANIZATION)])


@dataclass
class ParsedSheet:
    """The lines of a sheet's rows and their outcomes, in order."""

    lines: list[int]
    outcomes: list[Application | Rejection]

    @property
    def applications(self) -> list[Application]:
        return [one for one in self.outcomes if isinstance(one, Application)]

    @property
    def codes(self) -> list[str]:
        return [one.code if isinstance(one, Rejection) else "ok" for one in self.outcomes]


def parsed(content: bytes, scheme: Scheme | None = None, cohort: Any = None, names: NameIndex = NAMES) -> ParsedSheet:
    return parsed_as(content, Declaration(ubigeo_scheme=scheme, cohort_id=cohort, consent=False), names)


def parsed_as(content: bytes, declaration: Declaration, names: NameIndex = NAMES) -> ParsedSheet:
    """Reads a file under a declaration. Raises the first `RejectedError` of the sheet as a whole."""
    sheet = read_sheet(content)
    reading = read(sheet, declaration, names, TODAY)
    for refusal in reading.refusals:
        raise RejectedError(refusal.rejection)
    pairs = [(parser, row) for parser, part in zip(reading.parsers, reading.parts, strict=True) for row in part.rows]
    return ParsedSheet([row.line for _, row in pairs], [_outcome(*pair) for pair in pairs])


def _outcome(parser: RowParser, row: Row) -> Application | Rejection:
    """The application, or the first of the row's faults."""
    found = parser.read(row, uuid4())
    return found[0].rejection if isinstance(found, tuple) else found


def codes(*rows: dict[str, Any]) -> list[str]:
    return parsed(csv_of(table(rows))).codes


def only(**changed: Any) -> Application | Rejection:
    """The outcome of one row, in a sheet whose other row proves that days come first."""
    return parsed(csv_of(table([a_row(**changed), a_row()]))).outcomes[0]


def code_of(content: bytes, scheme: Scheme | None = None, cohort: Any = None) -> str:
    with pytest.raises(RejectedError) as rejected:
        parsed(content, scheme, cohort)
    assert rejected.value.rejection.remedy
    return rejected.value.rejection.code
