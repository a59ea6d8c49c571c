"""A process that stands still ends by itself, whatever its threads do; a full disk does not end its supervisor."""

import asyncio
import faulthandler
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from chassis.runtime import watchdog
from deploy.trial.layout import REPOSITORY, TrialLayout
from deploy.trial.supervisor import Supervisor

PROGRAM = """
import asyncio, re, threading, time
from chassis.runtime.watchdog import guarded

def hold_the_interpreter():
    re.match("(a|aa)+$", "a" * 60 + "b")

async def freeze():
    await asyncio.sleep(0.2)
    %s

asyncio.run(guarded(freeze(), longest_freeze=2.0))
"""

FREEZES = {
    "the loop waits": "time.sleep(3600)",
    "a regular expression holds the interpreter": "hold_the_interpreter()",
    "a thread holds the interpreter": "await asyncio.to_thread(hold_the_interpreter)",
    "a thread never ends": "threading.Thread(target=time.sleep, args=[3600]).start()",
}


def run(body: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM % body]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("freeze", FREEZES)
def test_a_frozen_process_ends_and_says_where_it_stood(freeze: str) -> None:
    ended = run(FREEZES[freeze])
    assert ended.returncode == 1
    assert "Timeout" in ended.stderr and "line" in ended.stderr


def test_a_process_whose_work_ends_is_left_alone() -> None:
    ended = run("pass")
    assert (ended.returncode, ended.stderr) == (0, "")


async def test_the_timer_of_a_process_that_goes_on_is_set_anew_before_it_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_for, pauses, often = list[float](), list[float](), asyncio.Event()

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            often.set()
        await asyncio.sleep(0)

    monkeypatch.setattr(faulthandler, "dump_traceback_later", lambda seconds, **_: set_for.append(seconds))
    monkeypatch.setattr(watchdog, "asyncio", SimpleNamespace(create_task=asyncio.create_task, sleep=pause))
    await watchdog.guarded(often.wait(), longest_freeze=2.0)

    assert set_for[:3] == [2.0, 2.0, 2.0]
    assert max(pauses) <= 1.0


async def test_a_state_that_cannot_be_noted_ends_no_supervisor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor = Supervisor(TrialLayout(tmp_path / "no folder", 1, 2, 3))
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(1.5, stop.set)
    await supervisor.keep_until(stop)
    assert capsys.readouterr().out.count("No such file") == 1
