"""Judges the rows of a sheet for its preview, as its import would if it ran now."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from chassis.runtime.rejections import Rejection
from services.enrollment.enrollments.domain import (
    Admission,
    AlreadyEnrolled,
    Application,
    Decision,
    Review,
    Situation,
)
from services.enrollment.enrollments.forecast import Forecast
from services.enrollment.enrollments.situations import IndexedApplication, read_situations
from services.enrollment.imports.batches import batches_of
from services.enrollment.imports.digests import DocumentDigests
from services.enrollment.imports.row_service import notes_on, read_row
from services.enrollment.people.domain import EVERYBODY
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.cells import Row
from services.enrollment.sheets.column_questions import fields_waiting
from services.enrollment.sheets.errors import SCHEME_UNDECLARED
from services.enrollment.sheets.layout.tables import Field
from services.enrollment.sheets.reading import Reading
from services.enrollment.sheets.rows import Fault, RowParser

MAXIMUM_PLACES = 20
"""Lines that are named of the rows with one fault."""

Verdict: TypeAlias = Admission | str | tuple[Fault, ...]
"""What a row would be given, another outcome of a row that has no fault, or its faults."""

TAKEN = ("accepted", "waitlisted")
"""The outcomes of rows that give a seat or a place."""

WAITING = "waiting"
"""The verdict on a row that has no fault of its own, and waits for an answer or for what holds all rows back."""


@dataclass(slots=True)
class CountedFault:
    """A fault, the number of its rows, and the tabs, counted from 0, and the lines of the first of them."""

    fault: Fault
    rows: int = 0
    places: list[tuple[int, int]] = field(default_factory=list)

    def add(self, row: Row) -> None:
        """Counts a row."""
        self.rows += 1
        if len(self.places) < MAXIMUM_PLACES:
            self.places.append((row.tab, row.line))


CountedFaults: TypeAlias = dict[tuple[str, str], CountedFault]
"""The faults of rows by their heading and their code."""


@dataclass(slots=True)
class Verdicts:
    """Counts the rows by their outcomes, the refused ones by their faults, and those that are taken by their notes.

    `people` are those who have a document of a row already.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    people: dict[UUID, None] = field(default_factory=dict)
    faults: CountedFaults = field(default_factory=dict)
    notes: CountedFaults = field(default_factory=dict)

    def add(self, parser: RowParser, row: Row, verdict: Verdict) -> None:
        """Counts a row."""
        match verdict:
            case Admission():
                self.outcomes[verdict.status.value] += 1
                _count(self.notes, parser, row, notes_on(parser, row, verdict.contact_differs))
            case tuple():
                self.outcomes["refused"] += 1
                _count(self.faults, parser, row, verdict)
            case outcome:
                self.outcomes[outcome] += 1


def most_frequent(counted: CountedFaults) -> list[CountedFault]:
    """Returns the faults, the most frequent first."""
    return sorted(counted.values(), key=lambda one: -one.rows)


def _count(counted: CountedFaults, parser: RowParser, row: Row, faults: Sequence[Fault]) -> None:
    titles = {column.number: column.title for column in parser.table.columns}
    told = [replace(one, heading="" if one.column is None else titles[one.column]) for one in faults]
    for key, fault in {(one.heading, one.rejection.code): one for one in told}.items():
        counted.setdefault(key, CountedFault(fault)).add(row)


async def verdicts_of(
    resources: EnrollmentResources, reading: Reading, import_id: UUID, digests: DocumentDigests, now: datetime
) -> Verdicts:
    """Counts what would become of the rows, and lets other work of the process go on meanwhile."""
    verdicts, forecast, open_fields = Verdicts(), Forecast(now), _open_fields(reading)
    for parser, part in zip(reading.parsers, reading.parts, strict=True):
        for rows in batches_of(part.rows):
            found = await asyncio.to_thread(_read, parser, rows, import_id, open_fields)
            indexed = await digests.index([one for one in found if isinstance(one, Application)])
            situations = await _situations(resources, indexed)
            verdicts.people |= dict.fromkeys(known.person_id for _, one in situations for known in one.people)
            for row, verdict in zip(rows, _foreseen(forecast, parser, found, situations), strict=True):
                verdicts.add(parser, row, verdict)
    return verdicts


def _read(
    parser: RowParser, rows: Sequence[Row], import_id: UUID, open_fields: frozenset[str | None]
) -> list[Application | Verdict]:
    return [_besides_open(parser, row, read_row(parser, row, import_id), open_fields) for row in rows]


def _open_fields(reading: Reading) -> frozenset[str | None]:
    """Returns the fields of what holds all rows back: it is told once for the sheet, and not of each row."""
    fields = {one.rejection.field for one in reading.refusals}
    return frozenset(fields | {Field.DISTRICT} if SCHEME_UNDECLARED.field in fields else fields)


def _besides_open(
    parser: RowParser, row: Row, read: Application | tuple[Fault, ...], open_fields: frozenset[str | None]
) -> Application | Verdict:
    """Returns what a row applies for, or what is wrong with it besides what is open."""
    if isinstance(read, Application):
        return WAITING if open_fields else read
    waiting = open_fields | fields_waiting(parser.table, parser.conventions, row)
    return tuple(one for one in read if one.rejection.field not in waiting) or WAITING


async def _situations(
    resources: EnrollmentResources, indexed: Sequence[IndexedApplication]
) -> list[tuple[IndexedApplication, Situation]]:
    async with resources.pool.acquire() as connection:
        situations = await read_situations(connection, indexed, resources, EVERYBODY)
    return list(zip(indexed, situations, strict=True))


def _foreseen(
    forecast: Forecast,
    parser: RowParser,
    found: Iterable[Application | Verdict],
    situations: Iterable[tuple[IndexedApplication, Situation]],
) -> list[Verdict]:
    decisions = (forecast.decide(indexed, situation) for indexed, situation in situations)
    return [_verdict(parser, next(decisions)) if isinstance(one, Application) else one for one in found]


def _verdict(parser: RowParser, decision: Decision) -> Verdict:
    match decision:
        case Rejection():
            return (parser.fault(decision),)
        case AlreadyEnrolled() | Review():
            return decision.outcome
        case Admission():
            return decision
