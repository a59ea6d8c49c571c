"""What the fold costs, beside the least that a design with a cache would write: `python -m benchmarks.designs`.

A reader that knows the newest version of each key from a cache of its own only appends. Here it knows for nothing: what
is left is copying rows into a table with the indexes that counting and filling the cache anew need. Each way writes the
same batches through one connection and nothing else runs, so that the costs are those of writing alone.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import asyncpg
import uvloop

from benchmarks import cpu, results
from benchmarks.job import Job, Recount, on_one_partition
from benchmarks.stage import HOME, Stage, running_stage
from chassis.store.database import SEARCH_PATH, Connection
from chassis.store.queries import queries
from deploy.trial import pid_files
from services.reporting.facts.projection import PROJECTION, Version, copied, fold
from tests.support.databases import FreshDatabases

RECORDS = 200_000
BATCH = 10_000
ROUNDS = 3

sql = queries("benchmarks")

Write = Callable[[Connection, Sequence[Version]], Awaitable[object]]


async def append(connection: Connection, batch: Sequence[Version]) -> None:
    """Every version as a row, whether it is new or not."""
    await connection.copy_to_table("appended", source=copied(batch), columns=Version._fields)


WAYS: dict[str, Write] = {"fold": fold, "append": append}


def main() -> None:
    batches = _batches()
    runs = []
    with running_stage() as stage, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for _ in range(ROUNDS):
            for name, write in WAYS.items():
                costs = _measured(stage, runner, batches, write)
                print(name, {who: f"{cost:.1f} µs" for who, cost in costs.items()}, flush=True)
                runs.append({"way": name, "microseconds_of_an_event": costs})
    results.keep("designs", {"records": RECORDS, "runs": runs})


def _batches() -> list[list[Version]]:
    records = on_one_partition(Job(RECORDS).log(Recount()))
    return [[PROJECTION.read(one) for one in records[begin : begin + BATCH]] for begin in range(0, RECORDS, BATCH)]


def _measured(
    stage: Stage, runner: asyncio.Runner, batches: Sequence[Sequence[Version]], write: Write
) -> dict[str, float]:
    fresh = FreshDatabases(stage.infrastructure)
    try:
        url = fresh.of_service("reporting")["reporting"].migrator_url
        database = pid_files.find(HOME, "postgresql")
        clocks: dict[str, Callable[[], float]] = {
            "worker": time.process_time, "postgresql": lambda: cpu.of(database), "in all": time.monotonic,
        }  # fmt: skip
        before = {who: clock() for who, clock in clocks.items()}
        runner.run(_write_all(url, batches, write))
        return {who: round((clock() - before[who]) / RECORDS * 1e6, 2) for who, clock in clocks.items()}
    finally:
        fresh.drop()


async def _write_all(url: str, batches: Sequence[Sequence[Version]], write: Write) -> None:
    connection = await asyncpg.connect(url, server_settings={"search_path": SEARCH_PATH})
    await connection.execute(sql.make_appended.text)
    for batch in batches:
        async with connection.transaction():
            await connection.execute(queries("chassis.messaging.projections").disable_synchronous_commit.text)
            await write(connection, batch)
    await connection.close()


if __name__ == "__main__":
    main()
