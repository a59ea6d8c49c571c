"""A broker and a database cluster of a test's own, which can be killed, emptied and restored."""

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from contracts.topics import Topic
from deploy.operator.broker import topics, users
from deploy.operator.broker.access import Access
from deploy.operator.catalogue import principals
from deploy.trial import data_folders, databases, kafka, postgres
from deploy.trial.credentials import Credentials, credentials
from deploy.trial.layout import TrialLayout
from deploy.trial.supervisor import Child
from tests.faults.effects import SERVICE
from tests.faults.fault_environment import PARTITIONS
from tests.support.infrastructure import Infrastructure, free_layout

Properties = Mapping[str, str]

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
async def own_broker(
    infrastructure: Infrastructure, home: Path, change: Callable[[Properties], Properties] = lambda known: known
) -> AsyncIterator[OwnBroker]:
    """A broker of the test's own; `change` returns its properties from those of the trial."""
    layout, secrets = _home(home)
    (home / "jars").symlink_to(infrastructure.layout.home / "jars")
    kafka.prepare(layout, secrets)
    written = kafka.configuration(home)
    known = dict(line.split("=", 1) for line in written.read_text().splitlines())
    written.write_text("".join(f"{name}={value}\n" for name, value in change(known).items()))
    broker = OwnBroker(layout, secrets, Child(kafka.program(layout, secrets), layout))
    try:
        await broker.start()
        yield broker
    finally:
        await broker.child.stop()


@asynccontextmanager
async def own_cluster(home: Path, disk: "Disk" = nullcontext) -> AsyncIterator[tuple[TrialLayout, Credentials]]:
    """A new PostgreSQL, with the roles and databases of every service; its supervisor restarts it when it ends."""
    layout, secrets = _home(home)
    postgres.prepare(home, secrets)
    try:
        with disk(data_folders.data_folder(home)):
            child = Child(postgres.program(layout, secrets), layout)
            try:
                await child.start()
                await asyncio.to_thread(databases.create_all, layout, secrets)
                yield layout, secrets
            finally:
                await child.stop()
    finally:
        data_folders.remove_data(home)


Disk = Callable[[Path], AbstractContextManager[object]]
"""Provides what a folder lies on, until the block ends."""


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of the folder's own, of 320 MB: what is in the folder moves there. Only root may mount one."""
    before, owner = folder.with_suffix(".before"), folder.stat()
    folder.rename(before)
    folder.mkdir()
    options = f"size=320m,mode=0700,uid={owner.st_uid},gid={owner.st_gid}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True)
    try:
        subprocess.run(["cp", "--archive", f"{before}/.", folder], check=True)
        shutil.rmtree(before)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def can_mount() -> bool:
    """Whether this user may mount a disk; in most containers not even root may."""
    with tempfile.TemporaryDirectory() as folder:
        mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True).returncode == 0
        if mounted:
            subprocess.run(["umount", folder], check=True)
    return mounted


def _home(home: Path) -> tuple[TrialLayout, Credentials]:
    (home / "logs").mkdir(parents=True)
    return free_layout(home).with_inner_ports(), credentials(home)
