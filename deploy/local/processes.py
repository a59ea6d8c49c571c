"""Processes that outlive us: their pid files, and ending what an earlier supervisor left behind."""

import json
import signal
import time
from pathlib import Path

import psutil

FOLDER = "processes"


def record(home: Path, name: str, pid: int) -> None:
    """Remember a process by its pid and its birth, because pids are given out again."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps({"pid": pid, "created": psutil.Process(pid).create_time()}))


def forget(home: Path, name: str) -> None:
    (home / FOLDER / name).unlink(missing_ok=True)


def find(home: Path, name: str) -> psutil.Process | None:
    """The recorded process, if it is still that one and still lives."""
    try:
        recorded = json.loads((home / FOLDER / name).read_text())
        process = psutil.Process(recorded["pid"])
        ours = abs(process.create_time() - recorded["created"]) < 2 and process.status() != psutil.STATUS_ZOMBIE
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return None
    return process if ours else None


def recorded(home: Path) -> list[str]:
    """The names of all processes that were started here and not seen to end."""
    return sorted(path.name for path in (home / FOLDER).glob("*"))


def end_leftovers(home: Path) -> list[str]:
    """End what a killed supervisor left running; returns the names of what was found."""
    found = {name: process for name in recorded(home) if (process := find(home, name))}
    for process in found.values():
        end(process)
    for name in recorded(home):
        forget(home, name)
    return sorted(found)


def end(process: psutil.Process, patience: float = 10.0) -> None:
    """Ask a process and its children to end; insist after `patience` seconds."""
    try:
        family = [process, *process.children(recursive=True)]
        process.send_signal(signal.SIGINT if process.name() == "postgres" else signal.SIGTERM)
    except psutil.NoSuchProcess:
        return
    _, alive = psutil.wait_procs(family, timeout=patience)
    for survivor in alive:
        _kill(survivor)
    psutil.wait_procs(alive, timeout=patience)


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def wait_for_end(process: psutil.Process, patience: float) -> bool:
    """Whether the process ended within `patience` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.1)
    return False
