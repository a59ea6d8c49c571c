"""Where measurements run: a broker and a database of their own, the job's topics, fresh databases, and the clock."""

import asyncio
import json
import math
import os
import subprocess
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from confluent_kafka import Producer

from benchmarks import cpu
from benchmarks.contestants import MINKA, Contestant
from benchmarks.job import Job, Recount, Written
from benchmarks.peers.assignment import Assignment
from chassis.store.queries import queries
from contracts.topics import SESSIONS_EVENTS, Topic
from deploy.operator.broker import topics
from deploy.trial.layout import REPOSITORY
from deploy.trial.variables import of_worker
from tests.support.databases import FreshDatabases
from tests.support.infrastructure import Infrastructure, shared_infrastructure

sql = queries("benchmarks")

HOME = REPOSITORY / ".minka-bench"
CACHE = "512MB"
"""PostgreSQL's, for everybody: an office's server has it; the trial's own is far smaller."""

FILLED_AT_ONCE = 100_000
LIMIT = 1800.0
"""Seconds after which a contestant is ended."""


@dataclass(frozen=True, slots=True)
class Run:
    """One contestant's way through `records` records; processor seconds of its process, PostgreSQL and Kafka."""

    contestant: str
    records: int
    seconds: float
    cpu: dict[str, float]

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.records / self.seconds


class Wrong(Exception):
    """A contestant counted something else than is there."""


@dataclass
class Stage:
    """The infrastructure, and the logs that were written on it, by their number of records."""

    infrastructure: Infrastructure
    logs: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def log(self, records: int) -> tuple[str, dict[str, Any]]:
        """A topic with so many records, and what they come to. The first to be written is where reporting looks."""
        if records not in self.logs:
            topic = f"benchmark.{records}.events" if self.logs else SESSIONS_EVENTS.name
            self.empty_topic(topic)
            recount = Recount()
            self.write(topic, Job(records).log(recount))
            self.logs[records] = (topic, recount.as_json())
        return self.logs[records]

    def run(
        self, contestant: Contestant, records: int, *, stored: int = 0, workers: int = 1, batch: int | None = None
    ) -> Run:
        """From the contestant's `ready` to its `finished`; raises where it counted wrongly.

        `stored` facts of earlier years are in Minka's database already.
        """
        topic, recount = self.log(records)
        expected = recount | {"facts": recount["facts"] + stored, "history": recount["history"] + stored}
        with self.database(contestant, stored) as (address, environment):
            assignment = self.assignment(topic, records, address, workers, batch)
            run, counted = self.clocked(contestant, assignment, environment)
        if any(counted[what] != expected[what] for what in counted):
            raise Wrong(f"{contestant.name} counted otherwise: {_differences(counted, expected)}")
        return run

    def assignment(
        self, topic: str, records: int, address: str, workers: int = 1, batch: int | None = None
    ) -> Assignment:
        """What a contestant is told."""
        administrator = self.infrastructure.access("administrator")
        return Assignment(
            administrator.bootstrap, administrator.username or "", administrator.password or "",
            topic, records, address, f"benchmark.{uuid.uuid4()}", workers, batch,
        )  # fmt: skip

    def clocked(
        self, contestant: Contestant, assignment: Assignment, environment: dict[str, str]
    ) -> tuple[Run, dict[str, Any]]:
        """Its run, and what it counted."""
        home = self.infrastructure.layout.home
        with (home / f"{contestant.name}.log").open("w") as log, subprocess.Popen(
            contestant.command(), cwd=REPOSITORY, env=environment | assignment.variables(), text=True,
            stdout=subprocess.PIPE, stderr=log,
        ) as process:  # fmt: skip
            guard = threading.Timer(LIMIT, process.kill)
            guard.start()
            try:
                _expect(process, "ready", contestant)
                begun, before = time.monotonic(), cpu.used(home, process.pid)
                _expect(process, "finished", contestant)
                seconds, after = time.monotonic() - begun, cpu.used(home, process.pid)
                counted = json.loads(_line(process))
            finally:
                guard.cancel()
                process.terminate()
        return Run(contestant.name, assignment.records, round(seconds, 3), after.since(before)), counted

    @contextmanager
    def database(self, contestant: Contestant, stored: int = 0) -> Iterator[tuple[str, dict[str, str]]]:
        """An address, and the environment with it: reporting's own database, or an empty one for its owner."""
        fresh = FreshDatabases(self.infrastructure)
        try:
            if contestant is MINKA:
                variables = fresh.variables("reporting")
                asyncio.run(_fill(variables["MINKA_REPORTING_MIGRATOR_DATABASE_URL"], stored))
                variables["MINKA_REPORTING_WORKER_PORT"] = "0"  # two workers cannot listen on one
                yield variables["MINKA_REPORTING_DATABASE_URL"], of_worker(variables, "reporting")
            else:
                yield fresh.empty("reporting").migrator_url, {}
        finally:
            fresh.drop()

    def empty_topic(self, name: str) -> None:
        """Makes it anew."""
        topic = Topic(name, owner="sessions", readers=("reporting",), key="person_id")
        administrator = self.infrastructure.access("administrator")
        if topics.compare(administrator, [topic]).topics == ():
            topics.remove(administrator, [name])
        topics.apply(administrator, [topic])

    def write(self, topic: str, log: Iterable[Written], per_second: float = math.inf) -> list[float]:
        """Writes it, evenly; returns the moment at which each was given to the producer."""
        producer = Producer({
            "bootstrap.servers": self.infrastructure.open_bootstrap, "enable.idempotence": True, "log_level": 3,
            "compression.type": "lz4", "linger.ms": 20, "partitioner": "murmur2_random",
        })  # fmt: skip
        moments: list[float] = []
        for place, record in enumerate(log):
            moments.append(time.monotonic())
            producer.produce(topic, record.value, record.key, headers=record.headers)
            if place % 10_000 == 0:
                producer.flush()
            if (ahead := moments[0] + place / per_second - moments[-1]) > 0:
                producer.poll(ahead)
        producer.flush()
        return moments


@contextmanager
def running_stage() -> Iterator[Stage]:
    """Started for a measurement, stopped and emptied at its end."""
    os.environ["MINKA_POSTGRES_CACHE"] = CACHE
    with shared_infrastructure(HOME) as infrastructure:
        yield Stage(infrastructure)


async def _fill(url: str, stored: int) -> None:
    connection = await asyncpg.connect(url)
    for _ in range(0, stored, FILLED_AT_ONCE):
        await connection.execute(sql.fill_facts.text, FILLED_AT_ONCE)
    await connection.execute("ANALYZE live.facts")
    await connection.close()


def _expect(process: "subprocess.Popen[str]", word: str, contestant: Contestant) -> None:
    if (line := _line(process)) != word:
        log = HOME / f"{contestant.name}.log"
        raise Wrong(f"{contestant.name} said {line!r} and not {word}; {log} has its reasons")


def _line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def _differences(counted: dict[str, Any], expected: dict[str, Any]) -> str:
    sums = {what: (_sum(counted[what]), _sum(expected[what])) for what in counted if counted[what] != expected[what]}
    return ", ".join(f"{what} {found} for {wanted}" for what, (found, wanted) in sums.items())


def _sum(counted: Any) -> int:
    return sum(counted.values()) if isinstance(counted, dict) else int(counted)
