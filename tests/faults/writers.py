"""Writers: commands that change an aggregate and add an event to the outbox, as a service does."""

import asyncio
from random import Random
from uuid import UUID

from chassis.messaging import outbox
from chassis.store.database import Connection, lock
from tests.faults.effects import attendance
from tests.faults.fault_environment import FaultEnvironment
from tests.faults.foreign import an_attendance, an_id_from
from tests.faults.ledger import Ledger

LONGEST_HOLD = 0.01
"""Seconds for which a writer keeps its transaction open, at most."""
MOST_AT_ONCE = 5


async def write_outbox(environment: FaultEnvironment, ledger: Ledger, events: int, writers: int = 20) -> None:
    """Adds events of shared subjects to the outbox, from so many writers at once, each with a connection."""
    subjects = [an_id_from(environment.random) for _ in range(max(events // 10, 1))]
    async with asyncio.TaskGroup() as group:
        for _ in range(writers):
            group.create_task(_write(environment, ledger, subjects, events // writers, environment.another_random()))


async def _write(
    environment: FaultEnvironment, ledger: Ledger, subjects: list[UUID], events: int, random: Random
) -> None:
    async with environment.pool.acquire() as connection:
        while events > 0:
            chosen = random.sample(subjects, min(random.randint(1, MOST_AT_ONCE), events, len(subjects)))
            async with connection.transaction():
                await command(environment, connection, chosen)
                await asyncio.sleep(random.uniform(0, LONGEST_HOLD))
            for subject in chosen:
                ledger.accept(str(subject))
            events -= len(chosen)


async def command(environment: FaultEnvironment, connection: Connection, subjects: list[UUID]) -> None:
    """Changes these subjects in the caller's transaction, as a service does."""
    event = attendance(environment.topic)
    await lock(connection, *subjects)
    for subject in subjects:
        body = an_attendance(subject, subject).model_dump()
        await outbox.add(connection, event(**body))
