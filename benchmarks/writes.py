"""What HTTP adds to a command: processor time of a request, less that of the same command called as a function.

`python -m benchmarks.writes`; more than half a millisecond ends it with 1.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import httpx
import psutil
import uvloop

from benchmarks import results
from benchmarks.trial import enrollment, measured_trial
from chassis.store.unit_of_work import UnitOfWork
from services.enrollment.app import service
from services.enrollment.enrollments.commands import EnrollPerson
from services.enrollment.enrollments.service import enroll_person
from services.enrollment.people.domain import EVERYBODY
from services.enrollment.resources import EnrollmentResources
from tests.support.sites import settings_of
from tests.support.trials import NewCohort, Trial

WARM_UP = 100
COMMANDS = 500
ROUNDS = 3

MOST = 0.0005
"""Seconds."""


def main() -> None:
    with measured_trial() as trial, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        by_http, by_function = runner.run(_measure(trial))
    added = min(by_http) - min(by_function)
    results.keep("writes", {"by_http_seconds": by_http, "by_function_seconds": by_function, "added_seconds": added})
    print(f"HTTP {min(by_http) * 1000:.2f} ms, function {min(by_function) * 1000:.2f} ms, added {added * 1000:.2f} ms")
    sys.exit(added > MOST)


async def _measure(trial: Trial) -> tuple[list[float], list[float]]:
    """Processor seconds of a command, both ways, of each interleaved round."""
    cohort = trial.cohort(capacity=10_000)
    web = psutil.Process(trial.pids()["web"])
    by_http: list[float] = []
    by_function: list[float] = []
    async with (
        service.open(settings_of(service, trial.environment)) as resources,
        httpx.AsyncClient(base_url=trial.url, headers=trial.headers("coordinator")) as http,
    ):
        for _ in range(ROUNDS):
            by_http.append(await _each(lambda: _post(http, cohort), lambda: sum(web.cpu_times()[:2])))
            by_function.append(await _each(lambda: _call(resources, cohort), time.process_time))
    return by_http, by_function


async def _each(command: Callable[[], Awaitable[None]], used: Callable[[], float]) -> float:
    """Processor seconds of one command by this clock, after warming up."""
    for _ in range(WARM_UP):
        await command()
    before = used()
    for _ in range(COMMANDS):
        await command()
    return (used() - before) / COMMANDS


async def _post(http: httpx.AsyncClient, cohort: NewCohort) -> None:
    (await http.post("/enrollment/api/enrollments", json=enrollment(cohort))).raise_for_status()


async def _call(resources: EnrollmentResources, cohort: NewCohort) -> None:
    request = EnrollPerson.model_validate(enrollment(cohort))
    async with resources.pool.acquire() as connection, connection.transaction():
        unit = UnitOfWork(connection, datetime.now(UTC), "benchmark")
        await enroll_person(unit, request, resources, EVERYBODY)


if __name__ == "__main__":
    main()
