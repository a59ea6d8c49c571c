"""One database, one topic, the programs that work on them, and the sizes and limits of each test."""

import asyncio
import math
import os
import time
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from aiokafka import ConsumerRecord, TopicPartition
from pydantic import SecretStr

from chassis.messaging import kafka
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Pool
from contracts.envelope import from_headers
from deploy.operator.broker.access import Access
from tests.faults.effects import SERVICE
from tests.faults.foreign import Written, produce, records
from tests.faults.ledger import Ledger, Version
from tests.faults.programs import Orders, Process
from tests.support.databases import Database
from tests.support.waiting import wait_until

PARTITIONS = 12

LONGEST_TEST = 1800.0 if os.environ.get("MINKA_FAULTS") == "full" else 180.0
"""Seconds after which a test has failed."""


NOTHING_WAITS = """
SELECT (era, xid, id) = (SELECT era, xid, id FROM outbox ORDER BY era DESC, xid DESC, id DESC LIMIT 1)
FROM relay_cursor
"""


@dataclass
class FaultEnvironment:
    """What one test works on. `random` is its only source of randomness; the seed is printed."""

    access: Access
    database: Database
    pool: Pool
    topic: str
    random: Random
    logs: Path
    processes: list[Process] = field(default_factory=list)

    def variables(self, database_url: str | None = None) -> dict[str, str]:
        """The environment variables of a program, which may reach its database through a proxy."""
        return {
            "MINKA_DATABASE_URL": database_url or self.database.url,
            "MINKA_KAFKA_BOOTSTRAP": self.access.bootstrap,
            "MINKA_KAFKA_USERNAME": self.access.username or "",
            "MINKA_KAFKA_PASSWORD": self.access.password or "",
            "MINKA_ENVIRONMENT": "trial",
            "MINKA_PUBLIC_URL": "http://127.0.0.1:8000",
            "MINKA_ISSUER_URL": "http://127.0.0.1:8000/issuer",
            "MINKA_SESSION_SECRET": "a secret of the tests, long enough to sign",
        }

    @property
    def settings(self) -> ServiceSettings:
        return ServiceSettings(
            database_url=SecretStr(self.database.url), kafka_bootstrap=self.access.bootstrap,
            kafka_username=self.access.username, kafka_password=SecretStr(self.access.password or ""),
            public_url="http://127.0.0.1:8000", issuer_url="http://127.0.0.1:8000/issuer",
            session_secret=SecretStr("a secret of the tests, long enough to sign"),
        )  # fmt: skip

    def start(
        self, program: str, bug: str | None = None, database_url: str | None = None, projection: str = "faults"
    ) -> Process:
        orders = Orders(
            program, self.variables(database_url), self.topic, self.logs / f"{program}.log", projection, bug
        )
        process = Process(orders)
        self.processes.append(process)
        return process

    def restart(self, process: Process) -> Process:
        """Starts the same program again in the place of the process."""
        again = Process(process.orders)
        self.processes[self.processes.index(process)] = again
        return again

    def restart_ended(self) -> int:
        """Restarts the processes that ended by themselves, as an operator's tooling does; returns how many."""
        ended = [process for process in self.processes if not process.is_alive]
        for process in ended:
            self.restart(process)
        return len(ended)

    def another_random(self) -> Random:
        """A generator for something concurrent, which draws from its own."""
        return Random(self.random.getrandbits(64))

    def stop_all(self) -> None:
        for process in self.processes:
            process.kill()
        self.processes.clear()

    async def read_log(self) -> "list[ConsumerRecord[bytes, bytes]]":
        """All records of the topic now, partition by partition."""
        async with kafka.consumer(self.settings, f"{SERVICE}.judge") as consumer:
            partitions = [TopicPartition(self.topic, number) for number in range(PARTITIONS)]
            ends = await consumer.end_offsets(partitions)
            consumer.assign(partitions)
            for partition in partitions:
                consumer.seek(partition, 0)
            log: list[ConsumerRecord[bytes, bytes]] = []
            while len(log) < sum(ends.values()):
                for batch in (await consumer.getmany(timeout_ms=500)).values():
                    log.extend(batch)
            return sorted(log, key=lambda record: (record.partition, record.offset))

    async def versions_in_log(self, but: Collection[bytes | None] = ()) -> list[Version]:
        """The versions in the log, without the records under these keys."""
        envelopes = (from_headers(record.headers) for record in await self.read_log() if record.key not in but)
        return [(envelope.subject, envelope.version) for envelope in envelopes]

    async def ends(self) -> Counter[int]:
        """The offset after the last record, by partition."""
        async with kafka.consumer(self.settings, f"{SERVICE}.judge") as consumer:
            partitions = [TopicPartition(self.topic, number) for number in range(PARTITIONS)]
            ends = await consumer.end_offsets(partitions)
            return Counter({partition.partition: end for partition, end in ends.items()})

    async def positions(self, projection: str = "faults") -> Counter[int]:
        """The projection's next offset, by partition."""
        rows = await self.pool.fetch("SELECT partition, next FROM projection_offsets WHERE projection = $1", projection)
        return Counter({row["partition"]: row["next"] for row in rows})

    async def until_projected(self, projection: str = "faults", limit: float = LONGEST_TEST) -> float:
        """Waits until the projection has read the log to its end; returns how many seconds that took."""
        begun, ends = time.monotonic(), await self.ends()

        async def projected() -> bool:
            positions = await self.positions(projection)
            return all(positions[partition] >= end for partition, end in ends.items())

        await wait_until(projected, limit, pause=0.1)
        return time.monotonic() - begun

    async def advance(self, limit: float = LONGEST_TEST) -> None:
        """Waits until the projection has read on, because a fault in an idle process proves nothing."""
        before = (await self.positions()).total()

        async def has_advanced() -> bool:
            return (await self.positions()).total() > before

        await wait_until(has_advanced, limit)

    async def has_folded(self, process: Process) -> bool:
        """Whether this process has had an effect."""
        return bool(await self.pool.fetchval("SELECT EXISTS (SELECT FROM applied WHERE process = $1)", process.pid))

    async def longest_wait(self, since: datetime) -> float:
        """The longest time, in seconds, that a record waited for its effect; no partition stood still for longer."""
        longest = "SELECT extract(epoch FROM max(at - written_at)) FROM applied WHERE written_at > $1"
        return float(await self.pool.fetchval(longest, since))

    async def until_relayed(self, limit: float = LONGEST_TEST) -> float:
        """Waits until the relay has sent the whole outbox; returns how many seconds that took."""
        begun = time.monotonic()

        async def nothing_waits() -> bool:
            return bool(await self.pool.fetchval(NOTHING_WAITS))

        await wait_until(nothing_waits, limit, pause=0.1)
        return time.monotonic() - begun

    async def until_read_by_the_reactor(self, limit: float = LONGEST_TEST) -> None:
        """Waits until the reactions have settled the log to its end."""
        ends = {partition: end for partition, end in (await self.ends()).items() if end}

        async def read() -> bool:
            acknowledged = await self.acknowledged()
            return all(acknowledged[partition] == end for partition, end in ends.items())

        await wait_until(read, limit, pause=0.5)

    async def acknowledged(self) -> Counter[int]:
        """The offset after the last record that the reactor has acknowledged, by partition."""
        async with kafka.consumer(self.settings, f"{SERVICE}.reactions.{self.topic}") as consumer:
            partitions = [TopicPartition(self.topic, number) for number in range(PARTITIONS)]
            return Counter({one.partition: await consumer.committed(one) or 0 for one in partitions})

    async def until_reacted(self, ledger: Ledger, limit: float = LONGEST_TEST) -> float:
        """Waits until there are as many effects as accepted events; any later effect would be a second one."""
        begun = time.monotonic()

        async def reacted() -> bool:
            found: int = await self.pool.fetchval("SELECT count(DISTINCT (subject, version, source)) FROM reacted")
            return found >= ledger.events

        await wait_until(reacted, limit, pause=0.1)
        return time.monotonic() - begun


async def under_way(environment: FaultEnvironment, ledger: Ledger) -> datetime:
    """Writes a few events and waits until they are projected, so that no time is measured while programs start."""
    await write(environment, records(environment.random, 100, ledger))
    await environment.until_projected()
    return datetime.now(UTC)


def is_full() -> bool:
    """Whether the large form of each test was requested (`make faults`)."""
    return os.environ.get("MINKA_FAULTS") == "full"


def size(short: int, full: int) -> int:
    return full if is_full() else short


def in_time(seconds: float, limit: float) -> bool:
    """Whether it took less than `limit`. The short form, whose machine is shared, measures nothing."""
    return seconds < limit or not is_full()


async def pause(random: Random, shortest: float, longest: float) -> None:
    """Waits for a random time, in seconds, before a fault strikes; nothing else is waited for."""
    await asyncio.sleep(random.uniform(shortest, longest))


async def write(environment: FaultEnvironment, written: Iterable[Written], per_second: float = math.inf) -> int:
    """As `foreign.produce`, without blocking the event loop."""
    return await asyncio.to_thread(produce, environment.access, environment.topic, written, per_second)
