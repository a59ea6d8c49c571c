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
from services.enrollment.sheets.rows import NameIndex, RowParser, SheetContext, name_index_of, row_parser_for
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
    lines: list[int] = []
    outcomes: list[Application | Rejection] = []
    for part in read_sheet(content).parts:
        parser = row_parser_for(part, names, SheetContext(cohort, scheme, TODAY))
        lines += [row.line for row in part.rows]
        outcomes += [_outcome(parser, row) for row in part.rows]
    return ParsedSheet(lines, outcomes)


def _outcome(parser: RowParser, row: Row) -> Application | Rejection:
    try:
        return parser.application(row, uuid4())
    except RejectedError as error:
        return error.rejection


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
