"""The real relay and the real projection as tasks of this process, stopped at breakpoints and crashed at any of them.

Why this counts as a crash: what survives a killed process is what reached PostgreSQL and Kafka. Each loop has a proxy
of its own before PostgreSQL. The crash cuts every connection there, refuses new ones, and cancels the task in the same
turn of the event loop. So nothing that the task does while it ends reaches the database, which rolls back what was
open, as it does for a killed process. Nothing is left to be sent to Kafka: at each breakpoint of a relay all that it
sent is acknowledged, and a projection only shows its progress there. A killed process could not have left its consumer
group; each loop reads as a group of its own, so that this makes no difference.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

from pydantic import SecretStr

from chassis.messaging.projections.reader import project
from chassis.messaging.relay import relay
from chassis.runtime.health import Progress
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Pool, open_pool
from chassis.store.queries import queries
from tests.faults.effects import SERVICE, projection
from tests.faults.fault_environment import FaultEnvironment
from tests.faults.proxy import COMMITTED, Breakpoints, Proxy, Recognizes, Statement
from tests.support.waiting import wait_until

COMMIT = b"COMMIT;\0"
IDLE_ROUNDS = 2
"""After so many rounds without a breakpoint, at least one of them complete, a loop has nothing to do."""

SOMEBODY_WAITS = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock')"
END_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"

messaging_sql = queries("chassis.messaging")
projection_sql = queries("chassis.messaging.projections")

Loop = Callable[[Pool, ServiceSettings, Progress], Coroutine[Any, Any, None]]


class RoundCounter(Progress):
    """Counts the rounds of a loop by its heartbeats."""

    count = 0

    def beat(self, loop: str) -> None:
        super().beat(loop)
        self.count += 1


@dataclass(frozen=True, slots=True)
class CrashableLoop:
    """One run of a loop, from its start to its crash. It stops at each breakpoint until `advance` is called."""

    environment: FaultEnvironment
    name: str
    proxy: Proxy
    breakpoints: Breakpoints
    pool: Pool
    rounds: RoundCounter
    task: asyncio.Task[None]

    @classmethod
    async def of_relay(cls, environment: FaultEnvironment, name: str) -> Self:
        """Stops when it has read rows, and when all of them are acknowledged and the cursor is not moved."""
        return await cls._begin(
            environment, name, partial(relay, SERVICE),
            requests={"sent": Statement(messaging_sql.move_relay_cursor.text).is_in},
            replies={"rows read": lambda chunk: environment.topic.encode() in chunk},
        )  # fmt: skip

    @classmethod
    async def of_projection(cls, environment: FaultEnvironment, name: str) -> Self:
        """Stops when it has its partitions, before its offsets move, before its commit, and before the reply to it."""
        return await cls._begin(
            environment, name,
            partial(project, SERVICE, projection(environment.topic), generation=name),
            requests={
                "up to date": Statement(projection_sql.caught_up.text).is_in,
                "folding": Statement(projection_sql.move_offsets.text).is_in,
                "folded": lambda chunk: COMMIT in chunk,
            },
            replies={"committed": lambda chunk: COMMITTED in chunk},
        )  # fmt: skip

    @classmethod
    async def _begin(
        cls,
        environment: FaultEnvironment,
        name: str,
        loop: Loop,
        requests: dict[str, Recognizes],
        replies: dict[str, Recognizes],
    ) -> Self:
        proxy = await Proxy(environment.database.url).__aenter__()
        breakpoints, rounds = Breakpoints(proxy, requests, replies), RoundCounter()
        pool = await open_pool(SecretStr(proxy.url), name, size=4)
        task = asyncio.create_task(loop(pool, environment.settings, rounds))
        return cls(environment, name, proxy, breakpoints, pool, rounds, task)

    @property
    def halted_at(self) -> str | None:
        """The breakpoint at which it stands; None where it has nothing to do."""
        return self.breakpoints.halted_at

    async def advance(self) -> None:
        """Resumes to the next breakpoint, or until it has nothing to do, or waits for another session's lock."""
        rounds = self.rounds.count
        self.breakpoints.resume()

        async def has_advanced() -> bool:
            assert not self.task.done(), self.task
            idle = self.rounds.count - rounds >= IDLE_ROUNDS
            return idle or self.halted_at is not None or await self.environment.pool.fetchval(SOMEBODY_WAITS, self.name)

        await wait_until(has_advanced, pause=0.01)

    async def catch_up(self) -> None:
        """Advances until it stops at no breakpoint."""
        await self.advance()
        while self.halted_at is not None:
            await self.advance()

    async def lose_connections(self) -> None:
        """Lets the database end them, which frees its locks. The loop notices at its next query."""
        await self.environment.pool.execute(END_CONNECTIONS, self.name)

    async def crash(self) -> None:
        self.proxy.refuse()
        self.task.cancel()
        await asyncio.wait([self.task])
        self.pool.terminate()
        await self.proxy.__aexit__()
