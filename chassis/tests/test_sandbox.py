"""What a child of the sandbox says counts when it ended well, and nothing of it is left; what ends a frozen process."""

import asyncio
import faulthandler
import os
import resource
import signal
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from chassis.runtime import sandbox, watchdog
from chassis.runtime.health import Progress
from chassis.runtime.rejections import RejectedError
from chassis.runtime.sandbox import REJECTED_STATUS, Limits, SandboxError, read_in_sandbox


class Child:
    """Stands for the process of a child that has said so much and ended with this status, or has not ended."""

    def __init__(self, said: bytes, status: int | None) -> None:
        self.returncode: int | None = None
        self.status = status
        self.killed = False
        self.stdin: Any = SimpleNamespace(write=lambda content: None, drain=self.drain, close=lambda: None)
        self.stdout = asyncio.StreamReader()
        self.stdout.feed_data(said)
        if status is not None:
            self.stdout.feed_eof()

    async def drain(self) -> None: ...

    def kill(self) -> None:
        self.killed, self.status = True, -signal.SIGKILL

    async def wait(self) -> int:
        assert self.status is not None, "it has not ended"
        self.returncode = self.status
        return self.status


async def read(monkeypatch: pytest.MonkeyPatch, child: Child, limits: Limits | None = None) -> Any:
    async def start(*_arguments: object, **_named: object) -> Child:
        return child

    monkeypatch.setattr(sandbox, "start_child", start)
    return await read_in_sandbox("a.module", b"", limits or Limits())


async def test_a_child_that_ended_well_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await read(monkeypatch, Child(b'1\n"two"\n', 0)) == [1, "two"]


@pytest.mark.parametrize("status", [1, 2, -signal.SIGKILL, -signal.SIGSEGV])
async def test_a_child_that_ends_in_the_middle_has_said_nothing(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    with pytest.raises(SandboxError, match=f"status {status}"):
        await read(monkeypatch, Child(b"1\n2\n", status))


async def test_what_the_child_rejects_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    said = b'1\n{"code": "told", "detail": "It is told.", "remedy": "Do something else."}\n'
    try:
        found = await read(monkeypatch, Child(said, REJECTED_STATUS))
    except SandboxError as error:
        pytest.fail(f"it was rejected, not ended by {error}")
    except RejectedError as rejected:
        found = (rejected.rejection.code, rejected.rejection.remedy)
    assert found == ("told", "Do something else.")


@pytest.mark.parametrize(("characters", "is_too_large"), [(8, False), (10, True), (12, True)])
async def test_an_answer_has_a_limit(monkeypatch: pytest.MonkeyPatch, characters: int, is_too_large: bool) -> None:
    child = Child(b"1\n" * (characters // 2), 0)
    with pytest.raises(SandboxError, match="answer too large") if is_too_large else nullcontext():
        assert await read(monkeypatch, child, Limits(answer_bytes=10)) == [1] * 4


def test_a_child_limits_its_memory_its_time_and_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: dict[int, tuple[int, int]] = {}
    timers: list[tuple[int, float]] = []
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)
    monkeypatch.setattr(signal, "setitimer", lambda *told: timers.append(told))
    sandbox._limit(Limits())
    assert limits == {
        resource.RLIMIT_AS: (536_870_912, 536_870_912),
        resource.RLIMIT_CPU: (40, 40),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
    }
    assert timers == [(signal.ITIMER_REAL, 120.0)]


async def test_a_child_that_was_given_up_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    child = Child(b"", None)
    with pytest.raises(SandboxError, match="wall time"):
        await read(monkeypatch, child, Limits(wall_seconds=0))
    assert (child.killed, child.returncode) == (True, -signal.SIGKILL)


def test_a_child_has_the_kernel_end_it_with_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, ...]] = []
    library = SimpleNamespace(prctl=lambda *arguments: told.append(arguments))
    monkeypatch.setattr(sandbox, "ctypes", SimpleNamespace(CDLL=lambda name: library))
    monkeypatch.setattr(sandbox, "Path", lambda name: SimpleNamespace(write_text=lambda text: None))
    sandbox._die_with(os.getppid())
    assert told == [(1, signal.SIGKILL)]


async def test_the_timer_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise it would write where each thread stood, and wait on."""
    set_for: list[tuple[float, bool]] = []

    def note(seconds: float, **told: bool) -> None:
        set_for.append((seconds, told["exit"]))

    monkeypatch.setattr(faulthandler, "dump_traceback_later", note)
    await watchdog.guarded(asyncio.sleep(0))
    assert set_for == [(50.0, True), (20.0, True)]


@pytest.mark.parametrize(("seconds", "stalled"), [(59, []), (61, ["relay"])])
def test_a_loop_is_stalled_after_a_minute(seconds: float, stalled: list[str]) -> None:
    progress = Progress()
    progress.beat("relay")
    progress.beats["relay"] -= seconds
    assert progress.stalled() == stalled
