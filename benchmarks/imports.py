"""An office's sheet while the services work: from the upload to the last row's outcome, beside forms for its cohorts.

`python -m benchmarks.imports [ROWS]`; more than a minute for 50,000 rows ends it with 1. It begins with the same rows
in transactions of one row and of many, each way in turn.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import psutil
import uvloop

from benchmarks import cpu, results
from benchmarks.trial import enrollment, measured_trial
from chassis.runtime.jobs import Job
from chassis.store.identifiers import new_id
from chassis.store.unit_of_work import UnitOfWork
from services.enrollment.app import service
from services.enrollment.imports import batches, jobs
from services.enrollment.imports.commands import UploadedSheet
from services.enrollment.imports.service import RUN_IMPORT, existing_import, upload_sheet
from services.enrollment.resources import EnrollmentResources
from services.enrollment.sheets.declaration import Declaration
from tests.support.sheets import document, row, sheet
from tests.support.sites import settings_of
from tests.support.trials import NewCohort, Trial

ROWS = 50_000
SEATS, ROWS_OF_COHORT = 10_000, 9_000
"""A cohort has the most seats that one can have, and the forms take those that the sheet leaves."""

SECONDS_OF_50000_ROWS = 60
FORMS_A_SECOND = 5
COMPARED_ROWS = 500
ROUNDS = 3


@dataclass
class Import:
    """What was seen of one import: seconds to the end, the longest pause between two counts, and those of the forms."""

    seconds: float = 0.0
    longest_pause: float = 0.0
    forms: list[float] = field(default_factory=list)
    processor_seconds: dict[str, float] = field(default_factory=dict)


def main(rows: int = ROWS) -> None:
    with measured_trial() as trial, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        one, many = runner.run(_compare(trial))
        seen = runner.run(_follow_import(trial, rows))
    _keep(rows, one, many, seen)
    sys.exit(seen.seconds > SECONDS_OF_50000_ROWS * rows / ROWS)


def _keep(rows: int, one: Sequence[float], many: Sequence[float], seen: Import) -> None:
    measured = {
        "rows": rows,
        "seconds": round(seen.seconds, 1),
        "rows_a_second": round(rows / seen.seconds),
        "longest_pause_between_counts": round(seen.longest_pause, 2),
        "form_seconds": results.percentiles(seen.forms),
        "processor_seconds": seen.processor_seconds,
        "rows_a_second_in_transactions_of_one": [round(COMPARED_ROWS / each) for each in one],
        "rows_a_second_in_transactions_of_many": [round(COMPARED_ROWS / each) for each in many],
    }
    results.keep("imports", measured)
    for name, value in measured.items():
        print(f"{name}: {value}")


async def _compare(trial: Trial) -> tuple[list[float], list[float]]:
    """Seconds of so many rows in transactions of one row, and of many, of each interleaved round."""
    cohort = trial.cohort(capacity=SEATS)
    taken: dict[int, list[float]] = {1: [], batches.ROWS_PER_BATCH: []}
    async with service.open(settings_of(service, trial.environment)) as resources:
        for _ in range(ROUNDS):
            for size, seconds in taken.items():
                seconds.append(await _import_here(resources, cohort, size))
    one, many = taken.values()
    return one, many


async def _import_here(resources: EnrollmentResources, cohort: NewCohort, rows_of_batch: int) -> float:
    """Seconds of an import in this process, after its file was read. Its job is not kept, or a worker would run it."""
    content = sheet(row(cohort.name, document()) for _ in range(COMPARED_ROWS))
    async with resources.pool.acquire() as connection, connection.transaction():
        unit = UnitOfWork(connection, datetime.now(UTC), "benchmark")
        queued = await upload_sheet(unit, UploadedSheet(content, "hoja.csv", Declaration()), resources)
        await connection.execute("DELETE FROM jobs WHERE id = $1", queued.job_id)
    batches.ROWS_PER_BATCH, usual = rows_of_batch, batches.ROWS_PER_BATCH
    await jobs.run(resources, Job(new_id(), RUN_IMPORT, {"import_id": str(queued.import_id)}, attempts=1))
    batches.ROWS_PER_BATCH = usual
    found = await existing_import(resources.pool, queued.import_id)
    assert found.started_at and found.finished_at and found.accepted == COMPARED_ROWS
    return (found.finished_at - found.started_at).total_seconds()


async def _follow_import(trial: Trial, rows: int) -> Import:
    cohorts = [trial.cohort(capacity=SEATS) for _ in range(rows // ROWS_OF_COHORT + 1)]
    content = sheet(row(cohorts[number // ROWS_OF_COHORT].name, document()) for number in range(rows))
    seen = Import()
    async with httpx.AsyncClient(base_url=trial.url, headers=trial.headers("coordinator"), timeout=120) as http:
        async with _forms(http, cohorts, seen.forms):
            before, begun = _processor_seconds(trial), time.monotonic()
            sent = await http.post("/enrollment/api/imports", files={"file": ("hoja.csv", content)})
            address = f"/enrollment/api/imports/{sent.raise_for_status().json()['import_id']}"
            found = await _finished(http, address, seen)
            seen.seconds = time.monotonic() - begun
        after = _processor_seconds(trial)
    assert (found["state"], found["accepted"]) == ("done", rows), found
    seen.processor_seconds = {name: round(after[name] - before.get(name, 0.0), 1) for name in after}
    return seen


async def _finished(http: httpx.AsyncClient, address: str, seen: Import) -> dict[str, Any]:
    """The import in the end; meanwhile the longest time in which its counts stood still."""
    done, moved = 0, None
    while True:
        found: dict[str, Any] = (await http.get(address)).raise_for_status().json()
        now = time.monotonic()
        if found["done"] > done:
            seen.longest_pause = max(seen.longest_pause, now - (moved or now))
            done, moved = found["done"], now
        if found["state"] in ("done", "failed"):
            return found
        await asyncio.sleep(0.1)


@asynccontextmanager
async def _forms(http: httpx.AsyncClient, cohorts: Sequence[NewCohort], seconds: list[float]) -> AsyncIterator[None]:
    """Somebody enrolls so often a second, in the cohorts of the sheet, as long as the block lasts."""

    async def send(cohort: NewCohort) -> None:
        begun = time.monotonic()
        (await http.post("/enrollment/api/enrollments", json=enrollment(cohort))).raise_for_status()
        seconds.append(time.monotonic() - begun)

    async def keep_sending() -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                group.create_task(send(cohorts[len(seconds) % len(cohorts)]))
                await asyncio.sleep(1 / FORMS_A_SECOND)

    sending = asyncio.create_task(keep_sending())
    try:
        yield
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending


def _processor_seconds(trial: Trial) -> dict[str, float]:
    return {name: cpu.of(process) for name, process in _processes(trial)}


def _processes(trial: Trial) -> Iterator[tuple[str, psutil.Process]]:
    for name, pid in trial.pids().items():
        yield name, psutil.Process(pid)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
