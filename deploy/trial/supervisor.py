"""Starts the trial's programs, restarts those that end by themselves, and stops all in order."""

import asyncio
import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress

from chassis.web.texts import _
from deploy.operator.errors import OperatorError
from deploy.trial import pid_files
from deploy.trial.gather import gather_all
from deploy.trial.layout import REPOSITORY, TrialLayout
from deploy.trial.program import Program
from deploy.trial.progress import say

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
STABLE_SECONDS = 60.0
"""After this time the pause before the next restart is the first one again."""
STOP_PATIENCE = 25.0
LONGEST_LOG = 10 * 1024 * 1024


class Child:
    """One running program."""

    def __init__(self, program: Program, layout: TrialLayout) -> None:
        self.program = program
        self.restarts = 0
        self._layout = layout
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.returncode is None else None

    async def start(self) -> None:
        """Starts the program and waits until it is ready. Raises `OperatorError` when it ends or takes too long."""
        process = await self._spawn()
        deadline = time.monotonic() + self.program.patience
        while not await self.program.ready():
            if process.returncode is not None or time.monotonic() > deadline:
                name, log = self.program.name, self.program.log
                raise OperatorError(
                    _("%(program)s did not start; its last messages are in %(file)s.", program=name, file=log)
                )
            await asyncio.sleep(0.1)
        self._watch = asyncio.create_task(self._keep_running(process))

    async def stop(self) -> None:
        """Stops the program, and kills it if it does not end in time."""
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
        pid_files.forget(self._layout.home, self.program.name)

    async def _keep_running(self, process: asyncio.subprocess.Process) -> None:
        pause = FIRST_PAUSE
        while True:
            begun = time.monotonic()
            code = await process.wait()
            pause = FIRST_PAUSE if time.monotonic() - begun > STABLE_SECONDS else min(2 * pause, LONGEST_PAUSE)
            self.restarts += 1
            name, reason = self.program.name, _reason(code)
            say(_("%(program)s ended by itself (%(reason)s); starting it again", program=name, reason=reason))
            process = await self._spawn_again(pause)

    async def _spawn_again(self, pause: float) -> asyncio.subprocess.Process:
        """Starts the program after the pause. A machine that refuses, as with a full disk, is asked again."""
        while True:
            await asyncio.sleep(pause)
            try:
                return await self._spawn()
            except OSError as error:
                say(_("%(program)s cannot be started (%(reason)s)", program=self.program.name, reason=error.strerror))
                pause = LONGEST_PAUSE

    async def _spawn(self) -> asyncio.subprocess.Process:
        _rotate(self.program)
        with self.program.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.program.command_line(),
                cwd=REPOSITORY,
                env={**os.environ, **self.program.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C reaches only the supervisor, which then stops its programs in order.
                start_new_session=True,
            )
        with suppress(OSError):  # a full disk must not end the program, which is merely not found after a crash
            pid_files.record(self._layout.home, self.program.name, self._process.pid)
        return self._process


class Supervisor:
    """The programs of one trial, in the order in which they were started."""

    def __init__(self, layout: TrialLayout) -> None:
        self.layout = layout
        self._stages: list[list[Child]] = []
        self._ready = False
        self._writes = True

    async def start(self, programs: Sequence[Program]) -> None:
        """Starts all programs of one stage concurrently and returns when they are ready."""
        stage = [Child(program, self.layout) for program in programs]
        self._stages.append(stage)
        await gather_all(*(child.start() for child in stage))
        self._write_state()

    async def keep_until(self, asked_to_stop: asyncio.Event) -> None:
        """Reports that everything is ready, and keeps the programs running until asked to stop."""
        self._ready = True
        while not asked_to_stop.is_set():
            self._write_state()
            await _wait_for(asked_to_stop, seconds=1.0)

    async def stop(self) -> None:
        """Stops everything in reverse order of the start."""
        self._ready = False
        for stage in reversed(self._stages):
            await gather_all(*(child.stop() for child in stage))
        self._write_state()

    def _write_state(self) -> None:
        children = [child for stage in self._stages for child in stage]
        state = {
            "ready": self._ready,
            "processes": [
                {"name": child.program.name, "pid": child.pid, "restarts": child.restarts} for child in children
            ],
        }
        try:
            draft = self.layout.home / "state.draft"
            draft.write_text(json.dumps(state))
            draft.replace(self.layout.home / "state.json")
            self._writes = True
        except OSError as error:
            self._warn_once(error)

    def _warn_once(self, error: OSError) -> None:
        """Says that the state cannot be noted; the programs run on, whatever `minka status` can read."""
        if self._writes:
            self._writes = False
            say(_("The state of the programs cannot be noted (%(reason)s); they run on", reason=error.strerror))


async def _wait_for(event: asyncio.Event, seconds: float) -> None:
    """Waits for the event for at most so many seconds."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


def _reason(code: int) -> str:
    return _("signal %(number)d", number=-code) if code < 0 else _("exit %(number)d", number=code)


def _rotate(program: Program) -> None:
    """Renames a long log, so that logs do not fill the disk."""
    if program.log.exists() and program.log.stat().st_size > LONGEST_LOG:
        program.log.replace(program.log.with_suffix(".log.1"))
