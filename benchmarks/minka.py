"""Minka as a contestant: the worker of reporting with its projection, contribution updater and publisher.

The clock stops when facts and history hold everything, nobody waits to be counted, and the public figures have changed.
"""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from benchmarks.peers.assignment import Assignment, report, say
from chassis.store.database import SEARCH_PATH
from chassis.store.queries import queries
from tests.support.waiting import wait_until

STARTED = b'"worker started"'
LIMIT = 3600.0

sql = queries("benchmarks")


async def main(assignment: Assignment) -> None:
    connection = await asyncpg.connect(assignment.database_url, server_settings={"search_path": SEARCH_PATH})
    async with running_workers(assignment.workers):
        say("ready")
        await wait_until(
            lambda: connection.fetchval(sql.caught_up.text, assignment.topic, assignment.records), LIMIT, pause=0.1
        )
        say("finished")
    published = {row["indicator"]: row["value"] for row in await connection.fetch(sql.published.text)}
    attended = {row["place"]: row["n"] for row in await connection.fetch(sql.attended.text)}
    (kept,) = await connection.fetch(sql.kept.text)
    await connection.close()
    assert published["attended"] == sum(attended.values()), "the public total is another than the cells'"
    report(**kept, attended=attended, attendees=published["attendees"])


@asynccontextmanager
async def running_workers(number: int) -> AsyncIterator[None]:
    """So many workers of reporting, started; told to stop at the end."""
    workers = [await _start() for _ in range(number)]
    listening = [asyncio.create_task(_listen(worker)) for worker in workers]
    try:
        yield
    finally:
        for worker in workers:
            worker.terminate()
        await asyncio.gather(*(worker.wait() for worker in workers), *listening)


async def _start() -> Process:
    worker = await asyncio.create_subprocess_exec(sys.executable, "-m", "benchmarks.worker", stderr=PIPE)
    assert worker.stderr is not None
    while line := await worker.stderr.readline():
        sys.stderr.buffer.write(line)
        if STARTED in line:
            return worker
    raise RuntimeError("the worker ended before it had started")


async def _listen(worker: Process) -> None:
    """What a worker says afterwards goes to the log."""
    assert worker.stderr is not None
    while line := await worker.stderr.readline():
        os.write(sys.stderr.fileno(), line)


if __name__ == "__main__":
    asyncio.run(main(Assignment.given()))
