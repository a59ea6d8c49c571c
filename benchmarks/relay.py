"""The relay: how fast it drains, how soon an event is in Kafka, what it costs when nothing happens.

`python -m benchmarks.relay`; a gate that is missed ends it with 1.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import psutil
from aiokafka import AIOKafkaConsumer, TopicPartition
from pydantic import SecretStr

from benchmarks import cpu, results
from benchmarks.job import Job
from benchmarks.peers.assignment import Assignment
from benchmarks.stage import HOME, running_stage
from chassis.messaging import outbox
from chassis.messaging.relay import RELAY
from chassis.store.database import Pool, open_pool, transaction
from chassis.store.queries import queries
from contracts.envelope import from_headers
from contracts.event import Event
from contracts.sessions import AttendanceRecorded
from deploy.trial.layout import REPOSITORY
from tests.support.databases import Database, FreshDatabases
from tests.support.infrastructure import Infrastructure
from tests.support.topics import FreshTopics
from tests.support.waiting import wait_until

WAITING = 200_000
PARTITIONS = 12

WRITERS = 10
A_SECOND = 500
SECONDS = 20

LEAST_DRAINED = 25_000
LONGEST_SECONDS = 0.1
MOST_IDLE = 0.01

sql = queries("benchmarks")


def main() -> None:
    with running_stage() as stage, _fresh(stage.infrastructure) as (database, assignment):
        measured = asyncio.run(_measure(database, assignment))
    results.keep("relay", measured)
    print("\n".join(f"{name:24} {figure}" for name, figure in measured.items()))
    sys.exit(
        measured["drained_a_second"] < LEAST_DRAINED
        or measured["in_kafka_seconds"]["p99"] > LONGEST_SECONDS
        or measured["idle_cpu"] > MOST_IDLE
    )


@contextmanager
def _fresh(infrastructure: Infrastructure) -> Iterator[tuple[Database, Assignment]]:
    """A database and a topic, and the relay's assignment to bring one to the other."""
    databases, topics = FreshDatabases(infrastructure), FreshTopics(infrastructure)
    access = infrastructure.access("sessions")
    try:
        database, topic = databases.of_chassis("sessions"), topics.make("sessions", ("sessions",), PARTITIONS)
        yield (
            database,
            Assignment(
                access.bootstrap, access.username or "", access.password or "", topic.name, WAITING, database.url, ""
            ),
        )
    finally:
        topics.delete()
        databases.drop()


async def _measure(database: Database, assignment: Assignment) -> dict[str, Any]:
    pool = await open_pool(SecretStr(database.url), "benchmark")
    superuser = await asyncpg.connect(database.superuser_url)
    await outbox.begin_era(pool)
    await superuser.execute(sql.fill_outbox.text, assignment.topic, WAITING)
    with _relaying(assignment) as process:
        drained = await _drain(pool, process)
        delays = await _delays(pool, assignment)
        idle = await _idle(process, await superuser.fetchval(sql.relays_session.text))
    await superuser.close()
    await pool.close()
    return {**drained, "in_kafka_seconds": results.percentiles(delays), "idle_cpu": round(idle, 4)}


@contextmanager
def _relaying(assignment: Assignment) -> Iterator["subprocess.Popen[str]"]:
    """The relay in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.relay_alone"]
    environment = os.environ | assignment.variables()
    with subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.terminate()


async def _drain(pool: Pool, process: "subprocess.Popen[str]") -> dict[str, Any]:
    """From the process being ready until its cursor stands behind the last event that waited."""
    begun, before = time.monotonic(), cpu.used(HOME, process.pid)
    await wait_until(lambda: pool.fetchval(sql.relayed.text, RELAY, WAITING), pause=0.02)
    seconds, after = time.monotonic() - begun, cpu.used(HOME, process.pid)
    return {"drained_a_second": round(WAITING / seconds), "drained_cpu_seconds": after.since(before)}


async def _delays(pool: Pool, assignment: Assignment) -> list[float]:
    """Seconds from each commit until a consumer has the event: a steady stream, each in its own transaction."""
    committed: dict[str, float] = {}
    arrived: dict[str, float] = {}
    events: type[Event] = type("Attended", (AttendanceRecorded,), {"topic": assignment.topic})
    job = Job(A_SECOND * SECONDS)
    async with AIOKafkaConsumer(**assignment.aiokafka(), fetch_max_wait_ms=10) as consumer:
        partitions = [TopicPartition(assignment.topic, partition) for partition in range(PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_end(*partitions)
        begun = time.monotonic() + 1

        async def write(writer: int) -> None:
            for number in range(writer, job.records, WRITERS):
                event = events(**job.event(number, 1).model_dump())
                await asyncio.sleep(begun + number / A_SECOND - time.monotonic())
                async with transaction(pool, event.subject) as connection:
                    await outbox.add(connection, event)
                committed[event.subject] = time.monotonic()

        writing = [asyncio.create_task(write(writer)) for writer in range(WRITERS)]
        while len(arrived) < job.records:
            for records in (await consumer.getmany(timeout_ms=100)).values():
                moment = time.monotonic()
                arrived |= {from_headers(record.headers).subject: moment for record in records}
        await asyncio.gather(*writing)
    return [arrived[subject] - moment for subject, moment in committed.items()]


async def _idle(process: "subprocess.Popen[str]", session: int) -> float:
    """The share of one core that the relay and its session use while nothing happens."""
    members = [psutil.Process(process.pid), psutil.Process(session)]
    before = sum(map(cpu.of, members))
    await asyncio.sleep(SECONDS)
    return (sum(map(cpu.of, members)) - before) / SECONDS


if __name__ == "__main__":
    main()
