"""A broker and a database cluster of a test's own, which can be killed, emptied and restored."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from contracts.topics import Topic
from deploy.operator.broker import topics, users
from deploy.operator.broker.access import Access
from deploy.operator.catalogue import principals
from deploy.trial import databases, kafka, postgres
from deploy.trial.credentials import Credentials, credentials
from deploy.trial.layout import TrialLayout
from deploy.trial.supervisor import Child
from tests.faults.effects import SERVICE
from tests.faults.fault_environment import PARTITIONS
from tests.support.infrastructure import Infrastructure, free_layout

TOPIC = Topic(f"{SERVICE}.faults", SERVICE, (SERVICE,), key="any", partitions=PARTITIONS)


@dataclass
class OwnBroker:
    """A broker with one topic, which its supervisor restarts when it ends."""

    layout: TrialLayout
    credentials: Credentials
    child: Child

    @property
    def access(self) -> Access:
        return Access(self.layout.services_bootstrap, SERVICE, self.credentials[f"kafka.{SERVICE}"])

    async def start(self) -> None:
        """Starts it with its users and its topic."""
        await self.child.start()
        await asyncio.to_thread(self._set_up)

    async def restart(self) -> None:
        await self.child.stop()
        await self.child.start()

    async def kill_and_start(self) -> None:
        pid = self.child.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        await self.child.stop()
        await self.child.start()

    async def lose_everything(self) -> None:
        """Replaces it by a new, empty broker."""
        await self.child.stop()
        shutil.rmtree(kafka.data_folder(self.layout.home))
        kafka.prepare(self.layout, self.credentials)
        await self.start()

    def _set_up(self) -> None:
        administrator = kafka.administrator(self.layout, self.credentials)
        users.set_passwords(administrator, {name: self.credentials[f"kafka.{name}"] for name in principals()})
        topics.apply(administrator, [TOPIC])


@asynccontextmanager
async def own_broker(infrastructure: Infrastructure, home: Path) -> AsyncIterator[OwnBroker]:
    layout, secrets = _home(home)
    (home / "jars").symlink_to(infrastructure.layout.home / "jars")
    kafka.prepare(layout, secrets)
    broker = OwnBroker(layout, secrets, Child(kafka.program(layout, secrets), layout))
    try:
        await broker.start()
        yield broker
    finally:
        await broker.child.stop()


@asynccontextmanager
async def own_cluster(home: Path) -> AsyncIterator[tuple[TrialLayout, Credentials]]:
    """A new PostgreSQL, with the roles and databases of every service."""
    layout, secrets = _home(home)
    postgres.prepare(home, secrets)
    child = Child(postgres.program(layout, secrets), layout)
    try:
        await child.start()
        await asyncio.to_thread(databases.create_all, layout, secrets)
        yield layout, secrets
    finally:
        await child.stop()
        postgres.remove_data(home)


def _home(home: Path) -> tuple[TrialLayout, Credentials]:
    (home / "logs").mkdir(parents=True)
    return free_layout(home).with_inner_ports(), credentials(home)
