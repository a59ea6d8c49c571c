"""The real loops, each as a process of its own that can be killed: projector, relay, reactor, or all as one worker.

They are forked from a process that has imported everything, so that a start costs milliseconds and a thousand starts
are affordable. A process whose parent has ended ends itself.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chassis.messaging.projections.reader import project
from chassis.messaging.reaction_consumer import consume
from chassis.messaging.relay import relay
from chassis.runtime import telemetry
from chassis.runtime.health import Progress
from chassis.runtime.jobs import Jobs
from chassis.runtime.settings import ServiceSettings
from chassis.service import Resources, Service, open_service_pool
from chassis.store.database import Pool
from chassis.worker import work
from tests.faults import bugs, effects
from tests.faults.effects import SERVICE

PATIENCE = 120.0
"""Seconds within which a program ends after SIGTERM."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What a program is started with: its environment, its topic, the projection's name, and a bug to plant."""

    program: str
    variables: dict[str, str]
    topic: str
    log: Path
    projection: str
    bug: str | None


class Process:
    """A running program, and the faults that can strike it."""

    def __init__(self, orders: Orders) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__, "pytest"])
        self.orders = orders
        self._process = context.Process(target=_main, args=(orders,), daemon=True)
        self._process.start()

    def kill(self) -> None:
        """Sends SIGKILL, frozen or not."""
        self._process.kill()
        self._process.join()

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def ask_to_end(self) -> None:
        self._process.terminate()

    def end(self) -> int | None:
        """Sends SIGTERM and returns the exit code; None where it did not end in time."""
        if self._process.is_alive():
            self.ask_to_end()
        self._process.join(PATIENCE)
        return self._process.exitcode

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    @property
    def resident_bytes(self) -> int:
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def log_lines(self) -> list[str]:
        """The lines that it or another process of this program has logged."""
        return self.orders.log.read_text().splitlines() if self.orders.log.exists() else []

    def has_logged(self, words: str) -> bool:
        return any(words in line for line in self.log_lines())

    def _signal(self, number: int) -> None:
        os.kill(self.pid, number)


def _main(orders: Orders) -> None:
    os.environ.update(orders.variables)
    log = os.open(orders.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    telemetry.configure_logging(orders.program, "INFO")
    if orders.bug is not None:
        bugs.plant(orders.bug)
    asyncio.run(_run(orders))


async def _run(orders: Orders) -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    asyncio.get_running_loop().add_reader(parent.sentinel, os._exit, 1)
    settings = ServiceSettings()
    if orders.program == "worker":
        await work(_service(orders), settings)
        return
    async with open_service_pool(SERVICE, settings) as pool:
        loop = asyncio.ensure_future(LOOPS[orders.program](orders, pool, settings, Progress()))
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, loop.cancel)
        with suppress(asyncio.CancelledError):
            await loop


Loop = Callable[[Orders, Pool, ServiceSettings, Progress], Awaitable[None]]

LOOPS: dict[str, Loop] = {
    "projector": lambda orders, *rest: project(SERVICE, effects.projection(orders.topic, orders.projection), *rest),
    "relay": lambda orders, *rest: relay(SERVICE, *rest),
    "reactor": lambda orders, *rest: consume(effects.reactions(orders.topic), *rest),
}


def _service(orders: Orders) -> Service[Resources]:
    @asynccontextmanager
    async def opened(settings: ServiceSettings) -> AsyncIterator[Resources]:
        async with open_service_pool(SERVICE, settings) as pool:
            yield Resources(settings, pool)

    jobs: Jobs[Any] = Jobs()
    return Service(SERVICE, "", ServiceSettings, opened, [], {}, jobs, effects.reactions(orders.topic),
                   [effects.projection(orders.topic, orders.projection)])  # fmt: skip
