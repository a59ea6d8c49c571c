"""The real relay and the real projection as tasks of this process, each led from place to place and cut off at any.

Why that is a crash: all that outlives a killed process is what reached PostgreSQL and Kafka. A life speaks to
PostgreSQL through a proxy of its own. Its crash cuts every connection there and refuses new ones, and in the same turn
of the event loop cancels the task: nothing it does on its way out reaches the database, which rolls back what was open,
as it does for a killed process. To Kafka it has nothing more to say: wherever a relay halts, all it sent is
acknowledged, and a projection writes nothing there but how far it is, for tools. Only its farewell to the consumer
group a killed process could not have said; each life reads as a group of its own, so nobody hears it.
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
from tests.faults.proxy import COMMITTED, Proxy, Recognizes, Statement, Turnstile
from tests.support.waiting import wait_until

COMMIT = b"COMMIT;\0"
IDLE_ROUNDS = 2
"""So many rounds without a halt, of which one at least was whole: there was nothing to do."""

SOMEBODY_WAITS = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock')"
END_CONNECTIONS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1"

messaging_sql = queries("chassis.messaging")
projection_sql = queries("chassis.messaging.projections")

Loop = Callable[[Pool, ServiceSettings, Progress], Coroutine[Any, Any, None]]


class RoundCounter(Progress):
    """Counts how often a loop came round."""

    count = 0

    def beat(self, loop: str) -> None:
        super().beat(loop)
        self.count += 1


@dataclass(frozen=True, slots=True)
class CrashableLoop:
    """One life of a loop, from its start to its crash. It halts at every place, and goes on when it is told to."""

    environment: FaultEnvironment
    name: str
    proxy: Proxy
    turnstile: Turnstile
    pool: Pool
    rounds: RoundCounter
    task: asyncio.Task[None]

    @classmethod
    async def of_relay(cls, environment: FaultEnvironment, name: str) -> Self:
        """Halts with rows in its hands, and with all of them acknowledged and the cursor not moved."""
        return await cls._begin(
            environment, name, partial(relay, SERVICE),
            requests={"sent": Statement(messaging_sql.move_relay_cursor.text).is_in},
            replies={"rows in hand": lambda chunk: environment.topic.encode() in chunk},
        )  # fmt: skip

    @classmethod
    async def of_projection(cls, environment: FaultEnvironment, name: str) -> Self:
        """Halts with its partitions found, before its offsets move, before it commits, and before it hears of it."""
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
        turnstile, rounds = Turnstile(proxy, requests, replies), RoundCounter()
        pool = await open_pool(SecretStr(proxy.url), name, size=4)
        task = asyncio.create_task(loop(pool, environment.settings, rounds))
        return cls(environment, name, proxy, turnstile, pool, rounds, task)

    @property
    def place(self) -> str | None:
        """Where it halts; None where it has nothing to do."""
        return self.turnstile.place

    async def goes_on(self) -> None:
        """To its next place, or until it finds nothing to do, or must wait for another's lock."""
        rounds = self.rounds.count
        self.turnstile.let_pass()

        async def has_gone_on() -> bool:
            assert not self.task.done(), self.task
            idle = self.rounds.count - rounds >= IDLE_ROUNDS
            return idle or self.place is not None or await self.environment.pool.fetchval(SOMEBODY_WAITS, self.name)

        await wait_until(has_gone_on, pause=0.01)

    async def catches_up(self) -> None:
        """Until it halts no more."""
        await self.goes_on()
        while self.place is not None:
            await self.goes_on()

    async def loses_its_connections(self) -> None:
        """The database ends them: its locks are free. It learns of it when it next asks something."""
        await self.environment.pool.execute(END_CONNECTIONS, self.name)

    async def crashes(self) -> None:
        self.proxy.refuses = True
        self.proxy.cut()
        self.task.cancel()
        await asyncio.wait([self.task])
        self.pool.terminate()
        await self.proxy.__aexit__()
