"""Files read and judged, without a store: what comes of each row."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from contracts.territory import Scheme
from services.enrollment.applications import Application
from services.enrollment.imports.judging import Directory, Terms, directory_of, judge_of
from services.enrollment.imports.reading import read_sheet
from services.enrollment.refusals import Refused, Unacceptable
from services.enrollment.tests.sheets import a_row, csv_of, table

TODAY = date(2026, 1, 15)
COHORT, OTHER, ORGANIZATION = uuid4(), uuid4(), uuid4()
DIRECTORY = directory_of(
    [("Cohorte A", COHORT), ("Doble", COHORT), ("Doble", OTHER)], [("Red de Jóvenes", ORGANIZATION)]
)


@dataclass
class Judged:
    """What came of each row, in order."""

    lines: list[int]
    outcomes: list[Application | Refused]

    @property
    def applications(self) -> list[Application]:
        return [one for one in self.outcomes if isinstance(one, Application)]

    @property
    def codes(self) -> list[str]:
        return [one.code if isinstance(one, Refused) else "ok" for one in self.outcomes]


def judged(
    content: bytes, scheme: Scheme | None = None, cohort: Any = None, directory: Directory = DIRECTORY
) -> Judged:
    sheet = read_sheet(content)
    judge = judge_of(sheet, directory, Terms(cohort, scheme, TODAY))
    outcomes: list[Application | Refused] = []
    for row in sheet.rows:
        try:
            outcomes.append(judge.application(row, uuid4()))
        except Unacceptable as error:
            outcomes.append(error.refusal)
    return Judged([row.line for row in sheet.rows], outcomes)


def codes(*rows: dict[str, Any]) -> list[str]:
    return judged(csv_of(table(rows))).codes


def only(**changed: Any) -> Application | Refused:
    """What comes of one row in a sheet whose other row proves that days come first."""
    return judged(csv_of(table([a_row(**changed), a_row()]))).outcomes[0]


def code_of(content: bytes, scheme: Scheme | None = None, cohort: Any = None) -> str:
    with pytest.raises(Unacceptable) as refused:
        judged(content, scheme, cohort)
    assert refused.value.refusal.remedy
    return refused.value.refusal.code
