"""Releases of this project as processes: the former one, whose tree comes from the history, and this checkout."""

import asyncio
import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import httpx
import pytest

from contracts.topics import TOPICS, Topic
from deploy.operator.catalogue import SERVICES
from deploy.trial.issuer import Issuer
from deploy.trial.layout import LOOPBACK, REPOSITORY, free_ports
from tests.support.waiting import wait_until

FORMER_RELEASE = Path(__file__).with_name("former_release").read_text().strip()
"""The commit of the release that is replaced by this checkout. Move it when a release is made."""

READERS = """
import json
from contracts.topics import TOPICS
print(json.dumps({name: topic.readers for name, topic in TOPICS.items()}))
"""
"""Prints who reads each topic of a release."""

STOP_SECONDS = 120.0

WAIT_SECONDS = 240.0
"""Far longer than an event takes through all services on a busy machine."""

FAILURES = ("SELECT * FROM dead_letters", "SELECT * FROM jobs WHERE error IS NOT NULL")
"""What a worker leaves in its database when something failed, whatever the release."""

Condition = Callable[[httpx.Response], bool]


class ReleaseBroken(AssertionError):
    """A process ended, a record became a dead letter, a job failed, or a request was answered with an error."""


@dataclass(frozen=True, slots=True)
class Release:
    """One version of the code, the environment of its processes, and the databases they work on, by service."""

    tree: Path
    environment: Mapping[str, str]
    logs: Path

    def migrate(self, *half: str) -> None:
        """Runs the release's own command for all services at once, with `--before`, `--after` or neither."""
        names = {service: f"{service}-migrate" for service in SERVICES}
        processes = {}
        for service, name in names.items():
            with (self.logs / f"{name}.log").open("ab") as log:
                command = self._command(service, "migrate", *half)
                processes[service] = subprocess.Popen(
                    command, cwd=self.tree, env=self._variables(), stdout=log, stderr=log
                )
        for service, process in processes.items():
            assert process.wait() == 0, f"{service} was not migrated: {self.log(names[service])}"

    def log(self, name: str) -> str:
        """The last of what a process wrote."""
        return (self.logs / f"{name}.log").read_text()[-2000:]

    @asynccontextmanager
    async def running(self, issuer: Issuer, services: Sequence[str] = SERVICES) -> AsyncIterator["RunningRelease"]:
        """The services' HTTP sides and workers, ready to be used; ended with the block."""
        ports = dict(zip(services, free_ports(len(services)), strict=True))
        commands = {
            **{f"{one}-api": self._command(one, "api", f"--port={port}") for one, port in ports.items()},
            **{f"{one}-worker": self._command(one, "worker") for one in services},
        }
        processes = {name: await self._start(name, command) for name, command in commands.items()}
        try:
            async with httpx.AsyncClient(timeout=180) as http:
                running = RunningRelease(self, issuer, ports, processes, http)
                await running.wait_until_ready()
                yield running
        finally:
            for process in processes.values():
                await _end(process)

    async def _start(self, name: str, command: Sequence[str]) -> asyncio.subprocess.Process:
        with (self.logs / f"{name}.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *command, cwd=self.tree, env=self._variables(), stdout=log, stderr=log
            )

    def _command(self, service: str, *arguments: str) -> list[str]:
        return [sys.executable, "-m", f"services.{service}", *arguments]

    def _variables(self) -> dict[str, str]:
        return {**os.environ, **self.environment, "PYTHONPATH": str(self.tree)}


@dataclass(frozen=True, slots=True)
class RunningRelease:
    """A release that runs, and what people do with it."""

    release: Release
    issuer: Issuer
    ports: Mapping[str, int]
    processes: "Mapping[str, asyncio.subprocess.Process]"
    http: httpx.AsyncClient

    async def get(self, person: str, service: str, path: str) -> httpx.Response:
        return await self.http.get(self._address(service, path), headers=self._headers(person))

    async def post(self, person: str, service: str, path: str, **content: object) -> httpx.Response:
        """Sends what has to be accepted. Raises `ReleaseBroken` if it is not."""
        address, headers = self._address(service, path), self._headers(person)
        answer = await self.http.post(address, headers=headers, **content)  # type: ignore[arg-type]
        if not answer.is_success:
            raise ReleaseBroken(f"{service} answered {answer.status_code} to {path}: {answer.text}")
        return answer

    async def wait_until_ready(self) -> None:
        for service in self.ports:
            await self.wait_for(service, "/health/ready", lambda answer: answer.is_success)

    async def wait_for(
        self, service: str, path: str, condition: Condition, person: str = "coordinator"
    ) -> httpx.Response:
        """The first answer that meets the condition. Raises `ReleaseBroken` as soon as something is broken."""
        last = "nobody answered"

        async def answer() -> httpx.Response | None:
            nonlocal last
            await self.check()
            try:
                found = await self.get(person, service, path)
            except httpx.TransportError:
                return None
            last = f"{found.status_code} {found.text[:500]}"
            return found if condition(found) else None

        try:
            return await wait_until(answer, limit=WAIT_SECONDS, pause=0.2)
        except TimeoutError:
            raise ReleaseBroken(f"{service} did not come to answer {path} as expected: {last}") from None

    async def check(self) -> None:
        """Raises `ReleaseBroken` where a process ended, a record was not handled or a job failed."""
        for name, process in self.processes.items():
            if process.returncode is not None:
                raise ReleaseBroken(f"{name} ended with {process.returncode}: {self.release.log(name)}")
        for service in self.ports:
            for query in FAILURES:
                if rows := await self._rows(service, query):
                    raise ReleaseBroken(f"the worker of {service} failed: {[dict(row) for row in rows]}")

    async def _rows(self, service: str, query: str) -> "list[asyncpg.Record]":
        connection = await asyncpg.connect(self.release.environment[f"MINKA_{service.upper()}_DATABASE_URL"])
        try:
            return await connection.fetch(query)
        finally:
            await connection.close()

    def _address(self, service: str, path: str) -> str:
        return f"http://{LOOPBACK}:{self.ports[service]}{path}"

    def _headers(self, person: str) -> dict[str, str]:
        found = self.issuer.find(person=person)
        assert found is not None, person
        return {"Authorization": f"Bearer {self.issuer.token(found)}"}


def unpack(commit: str, folder: Path) -> Path:
    """The tree of a commit. Fails the test, and does not skip it, where the history lacks the commit."""
    result = subprocess.run(["git", "archive", commit], cwd=REPOSITORY, capture_output=True)
    if result.returncode != 0:
        pytest.fail(
            f"THE UPGRADE IS NOT TESTED: the former release {commit} cannot be read from the history of {REPOSITORY}.\n"
            f"git says: {result.stderr.decode().strip()}\n"
            "Test in a clone with its whole history: `git fetch --unshallow`, or `fetch-depth: 0` in a runner.",
            pytrace=False,
        )
    with tarfile.open(fileobj=io.BytesIO(result.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def topics_of(tree: Path) -> list[Topic]:
    """The topics that a release has in common with this checkout, with the release's own readers."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    told = subprocess.run([sys.executable, "-c", READERS], cwd=tree, env=environment, capture_output=True, check=True)
    readers = json.loads(told.stdout)
    return [replace(topic, readers=tuple(readers[name])) for name, topic in TOPICS.items() if name in readers]


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
