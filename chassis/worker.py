"""A worker: a service's relay, reactions, projections, jobs and background tasks in one process."""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import structlog

from chassis.messaging import consumer_lag, kafka, relay
from chassis.messaging.dead_letters import store
from chassis.messaging.dead_letters.admin import REDRIVE
from chassis.messaging.generations import run_candidate
from chassis.messaging.projections import writer
from chassis.messaging.projections.reader import project
from chassis.messaging.reaction_consumer import consume
from chassis.runtime import health, jobs
from chassis.runtime.health import Progress
from chassis.runtime.jobs import JOBS_LOOP, Job, Jobs
from chassis.runtime.retry import run_forever
from chassis.runtime.settings import ServiceSettings
from chassis.service import Resources, Service
from chassis.store.database import Pool
from chassis.web import idempotency

log = structlog.get_logger()

R = TypeVar("R", bound=Resources)

MEASURE_SECONDS = 10.0
"""Between two counts of dead letters and jobs."""

WATCH_SECONDS = 5.0
"""Between two looks for stalled loops."""

REDRIVE_DEADLINE = timedelta(hours=6)
"""Long enough for the dead letters of a flood; the next attempt continues where a cancelled one was."""

COLLECTION_THRESHOLDS = (100_000, 20, 100)
"""Of the garbage collector: new objects, collections of the youngest and of the middle generation."""


async def work(service: Service[R], settings: ServiceSettings) -> None:
    """Works until SIGTERM or SIGINT. Exits with status 1 when a loop ends or stalls, so that it is started anew."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    progress = Progress()
    async with service.open(settings) as resources:
        loops = _loops(service, settings, resources, progress)
        tasks = [asyncio.create_task(loop, name=name) for name, loop in loops.items()]
        _collect_seldom()
        log.info("worker started", loops=list(loops))
        ended = await _first_to_end(tasks, asyncio.create_task(stop.wait()))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if ended is not None:
        log.critical("a loop ended", loop=ended.get_name(), exc_info=ended.exception())
        raise SystemExit(1)
    log.info("worker stopped")


def _collect_seldom() -> None:
    """Makes the garbage collector run rarely, and never examine what is loaded already.

    A batch is many short-lived objects: to examine them at the usual thresholds costs as much as the batch itself.
    """
    gc.freeze()
    gc.set_threshold(*COLLECTION_THRESHOLDS)


async def _first_to_end(tasks: "list[asyncio.Task[None]]", stopped: "asyncio.Task[Any]") -> "asyncio.Task[None] | None":
    done, _ = await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
    return next((task for task in tasks if task in done), None)


def _loops(
    service: Service[R], settings: ServiceSettings, resources: R, progress: Progress
) -> dict[str, Coroutine[Any, Any, None]]:
    pool = resources.pool
    every_job = jobs_of(service)
    loops: dict[str, Coroutine[Any, Any, None]] = {
        "relay": relay.relay(service.name, pool, settings, progress),
        JOBS_LOOP: every_job.work(service.name, resources, pool, progress),
        "measurements": run_forever("measurements", partial(_measure, service, every_job, pool), progress),
        "watchdog": _watch(progress),
    }
    if service.reactions is not None:
        loops["reactions"] = consume(service.reactions, pool, settings, progress)
    for projection in service.projections:
        loops[projection.name] = project(service.name, projection, pool, settings, progress)
    for name, run in service.background_tasks.items():
        loops[name] = run(pool, name, progress)
    if service.background_tasks:
        loops["candidate"] = run_candidate(
            service.name, service.projections, service.background_tasks, pool, settings, progress
        )
    for name, loop in service.loops.items():
        loops[name] = loop(resources, progress)
    if settings.worker_port:
        checks = {**resources.checks(), "broker": lambda: kafka.answers(settings)}
        routes = health.router(progress, lambda: checks)
        loops["health"] = health.serve(settings.worker_host, settings.worker_port, routes)
    return loops


def jobs_of(service: Service[R]) -> Jobs[R]:
    """The jobs of the service's ideas, with those that every service has."""
    common: Jobs[R] = Jobs()
    common.on(REDRIVE, deadline=REDRIVE_DEADLINE)(_redriving(service))
    common.every(idempotency.FORGET_EVERY, idempotency.FORGET)(_forget_answers)
    return Jobs(service.jobs, common)


async def _forget_answers(resources: Resources, job: Job) -> None:
    await idempotency.forget_answers(resources.pool, datetime.now(UTC))


def _redriving(service: Service[R]) -> Callable[[R, Job], Awaitable[None]]:
    """The handler of redriving, a job of every service: an operator asks for it, and the worker has the handlers."""

    async def redrive(resources: R, job: Job) -> None:
        if service.reactions is not None:
            await service.reactions.redrive(resources.pool)
        for projection in service.projections:
            await writer.redrive(projection, resources.pool)

    return redrive


async def _measure(service: Service[R], every_job: Jobs[R], pool: Pool) -> None:
    await relay.measure(service.name, pool)
    await consumer_lag.measure(pool)
    await store.measure(service.name, pool)
    await jobs.measure(service.name, every_job.lanes, pool)
    await asyncio.sleep(MEASURE_SECONDS)


async def _watch(progress: Progress) -> None:
    while not (stalled := progress.stalled()):
        await asyncio.sleep(WATCH_SECONDS)
    raise RuntimeError(f"stalled: {', '.join(stalled)}")
