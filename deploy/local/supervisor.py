"""Starts the trial's programs, watches them, starts again what falls over, and ends them in order."""

import asyncio
import json
import os
import time
from collections.abc import Sequence

from deploy.local import processes
from deploy.local.places import REPOSITORY, Places
from deploy.local.programs import Program
from deploy.local.progress import say
from deploy.local.together import together
from deploy.local.troubles import Trouble

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
# A program that ran this long had started well: its next fall is a new one. Seconds.
STEADY = 60.0
STOP_PATIENCE = 25.0
LONGEST_LOG = 10 * 1024 * 1024


class Child:
    """One running program."""

    def __init__(self, program: Program, places: Places) -> None:
        self.program = program
        self.restarts = 0
        self._places = places
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Run the program until it is ready. Raises `Trouble` where it ends or stays silent instead."""
        process = await self._spawn()
        deadline = time.monotonic() + self.program.patience
        while not await self.program.ready():
            if process.returncode is not None or time.monotonic() > deadline:
                raise Trouble(f"{self.program.name} did not start; its last words are in {self.program.log}.")
            await asyncio.sleep(0.1)
        self._watch = asyncio.create_task(self._keep_running(process))

    async def stop(self) -> None:
        """End the program, with force if it does not listen."""
        if self._watch:
            self._watch.cancel()
        process = self._process
        if process and process.returncode is None:
            process.send_signal(self.program.stop_signal)
            try:
                await asyncio.wait_for(process.wait(), STOP_PATIENCE)
            except TimeoutError:
                process.kill()
                await process.wait()
        processes.forget(self._places.home, self.program.name)

    async def _keep_running(self, process: asyncio.subprocess.Process) -> None:
        pause = FIRST_PAUSE
        while True:
            begun = time.monotonic()
            code = await process.wait()
            pause = FIRST_PAUSE if time.monotonic() - begun > STEADY else min(2 * pause, LONGEST_PAUSE)
            self.restarts += 1
            say(f"{self.program.name} ended by itself ({_reason(code)}); starting it again")
            await asyncio.sleep(pause)
            process = await self._spawn()

    async def _spawn(self) -> asyncio.subprocess.Process:
        _shorten(self.program)
        with self.program.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.program.command_line(),
                cwd=REPOSITORY,
                env={**os.environ, **self.program.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C reaches the supervisor alone, which then ends its programs in order.
                start_new_session=True,
            )
        processes.record(self._places.home, self.program.name, self._process.pid)
        return self._process


class Supervisor:
    """The programs of one trial, in the stages in which they were started."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._stages: list[list[Child]] = []
        self._ready = False

    async def start(self, programs: Sequence[Program]) -> None:
        """Start one stage: all its programs at once; returns when all are ready."""
        stage = [Child(program, self.places) for program in programs]
        self._stages.append(stage)
        await together(*(child.start() for child in stage))
        self._write_state()

    async def keep_until(self, asked_to_stop: asyncio.Event) -> None:
        """Say that all is ready, and keep it so until asked to stop."""
        self._ready = True
        while not asked_to_stop.is_set():
            self._write_state()
            await _either(asked_to_stop, seconds=1.0)

    async def stop(self) -> None:
        """End everything, what was started last first."""
        self._ready = False
        for stage in reversed(self._stages):
            await together(*(child.stop() for child in stage))
        self._write_state()

    def _write_state(self) -> None:
        children = [child for stage in self._stages for child in stage]
        state = {
            "ready": self._ready,
            "processes": [
                {"name": child.program.name, "pid": child.pid, "restarts": child.restarts} for child in children
            ],
        }
        draft = self.places.home / "state.draft"
        draft.write_text(json.dumps(state))
        draft.replace(self.places.home / "state.json")


async def _either(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, but no longer than this."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


def _reason(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"


def _shorten(program: Program) -> None:
    """Put a long log aside, so that logs never fill the disk."""
    if program.log.exists() and program.log.stat().st_size > LONGEST_LOG:
        program.log.replace(program.log.with_suffix(".log.1"))
