"""The sandbox: reads untrusted bytes in a child process with limits on memory, processor time and wall time.

A parser that takes too much, loops or aborts ends its own process and nothing else. The child inherits neither the
environment with its secrets nor open files and sockets, writes no file and no core dump, and dies with its parent.
"""

import ctypes
import dataclasses
import json
import os
import resource
import signal
import sys
from asyncio import IncompleteReadError, create_subprocess_exec, timeout, to_thread
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from chassis.runtime.rejections import RejectedError, Rejection

REJECTED_STATUS = 3
"""Exit status of a child whose last line is a rejection."""

_PR_SET_PDEATHSIG = 1
_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may take. The wall time ends it where it waits, and the processor time where it spins."""

    memory_bytes: int = 512 * _MEBIBYTE
    processor_seconds: int = 40
    wall_seconds: float = 120.0
    answer_bytes: int = 64 * _MEBIBYTE


class SandboxError(Exception):
    """The child was ended by a limit or a signal, or failed; the message tells which and repeats nothing read."""


async def read_in_sandbox(module: str, content: bytes, limits: Limits) -> list[Any]:
    """Returns the values of JSON with which a module, run as a program, answers to the content by `answer`.

    Raises the `RejectedError` of the child, and `SandboxError`.
    """
    try:
        async with timeout(limits.wall_seconds), _child(module, limits) as process:
            output = await _exchange(process, content, limits.answer_bytes)
            status = await process.wait()
    except TimeoutError:
        raise SandboxError("wall time") from None
    lines = output.splitlines()
    if status == REJECTED_STATUS:
        raise RejectedError(TypeAdapter(Rejection).validate_json(lines[-1]))
    if status != 0:
        raise SandboxError(f"status {status}")
    return await to_thread(lambda: [json.loads(line) for line in lines])  # a thread lets the loop go on meanwhile


async def start_child(module: str, *arguments: str, answer_bytes: int) -> Process:
    """Starts a module in a process that has this one's import path, and nothing else of its environment."""
    command = (sys.executable, "-P", "-s", "-m", module, *arguments)
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return await create_subprocess_exec(
        *command, env=environment, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=answer_bytes
    )


@asynccontextmanager
async def _child(module: str, limits: Limits) -> AsyncIterator[Process]:
    arguments = (str(os.getpid()), json.dumps(dataclasses.asdict(limits)))
    process = await start_child(module, *arguments, answer_bytes=limits.answer_bytes)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _exchange(process: Process, content: bytes, answer_bytes: int) -> bytes:
    """Gives the child its input and returns its output, all of which it writes after it has read."""
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(content)
        await process.stdin.drain()
        process.stdin.close()
    except ConnectionError:
        pass  # the child has ended, and its status tells why
    try:
        await process.stdout.readexactly(answer_bytes)
    except IncompleteReadError as complete:
        return complete.partial
    raise SandboxError("answer too large")


def answer(read: Callable[[bytes], Iterable[Any]]) -> int:
    """The whole work of the child: limits itself, and then reads and writes a line of JSON for each value.

    Returns the exit status.
    """
    parent, limits = sys.argv[1:]
    _die_with(int(parent))
    _limit(Limits(**json.loads(limits)))
    try:
        for value in read(sys.stdin.buffer.read()):
            print(json.dumps(value))
    except RejectedError as error:
        print(json.dumps(dataclasses.asdict(error.rejection)))
        return REJECTED_STATUS
    return 0


def _die_with(parent: int) -> None:
    """Has the kernel end this process when its parent ends, and gives it up first when memory runs out."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    Path("/proc/self/oom_score_adj").write_text("1000")
    if os.getppid() != parent:  # it ended before the kernel was told
        os._exit(1)


def _limit(limits: Limits) -> None:
    """The signals of both clocks end the process by themselves, whatever the interpreter does."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.processor_seconds, limits.processor_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)
