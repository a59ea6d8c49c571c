"""Judges the rows of a sheet for its preview: by what they say, and as if nobody in them were known yet."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from chassis.store.database import Pool
from contracts.enrollment import CohortStatus
from services.enrollment.cohorts.service import existing_cohort
from services.enrollment.enrollments.domain import Application, CohortSeats, stranger_rejection
from services.enrollment.imports.batches import batches_of
from services.enrollment.imports.previews import Verdicts
from services.enrollment.sheets.cells import Row
from services.enrollment.sheets.reading import Reading
from services.enrollment.sheets.rows import Fault, RowParser


async def verdicts_of(pool: Pool, reading: Reading, now: datetime) -> Verdicts:
    """Counts what would become of the rows, and lets other work of the process go on meanwhile."""
    verdicts, seats = Verdicts(), _Seats(pool)
    for parser, part in zip(reading.parsers, reading.parts, strict=True):
        for batch in batches_of(part.rows):
            await asyncio.sleep(0)
            for row in batch:
                verdicts.add(await _faults(parser, row, seats, now))
    return verdicts


@dataclass(frozen=True, slots=True)
class _Seats:
    """The cohorts that rows have named so far, none of whose seats is counted as taken."""

    pool: Pool
    known: dict[UUID, CohortSeats] = field(default_factory=dict)

    async def of(self, cohort_id: UUID) -> CohortSeats:
        if cohort_id not in self.known:
            cohort = await existing_cohort(self.pool, cohort_id)
            is_open = cohort.status is CohortStatus.OPEN
            self.known[cohort_id] = CohortSeats(cohort.programme_id, cohort.capacity, 0, is_open)
        return self.known[cohort_id]


async def _faults(parser: RowParser, row: Row, seats: _Seats, now: datetime) -> Iterable[Fault]:
    application = parser.read(row, _NO_ENROLLMENT)
    if not isinstance(application, Application):
        return application
    rejection = stranger_rejection(application, await seats.of(application.cohort_id), now)
    return (parser.fault(rejection),) if rejection else ()


_NO_ENROLLMENT = UUID(int=0)
