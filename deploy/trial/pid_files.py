"""Pid files of the trial's processes, and ending processes that an earlier supervisor left running."""

import json
import signal
import time
from pathlib import Path

import psutil

PID_FOLDER = "processes"


def record(home: Path, name: str, pid: int) -> None:
    """Writes a process's pid file: its pid and creation time, because the system reuses pids."""
    folder = home / PID_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps({"pid": pid, "created": psutil.Process(pid).create_time()}))


def forget(home: Path, name: str) -> None:
    (home / PID_FOLDER / name).unlink(missing_ok=True)


def find(home: Path, name: str) -> psutil.Process | None:
    """The recorded process if it is still running."""
    try:
        recorded = json.loads((home / PID_FOLDER / name).read_text())
        process = psutil.Process(recorded["pid"])
        is_same = abs(process.create_time() - recorded["created"]) < 2 and process.status() != psutil.STATUS_ZOMBIE
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return None
    return process if is_same else None


def recorded(home: Path) -> list[str]:
    """The names of all processes with a pid file."""
    return sorted(path.name for path in (home / PID_FOLDER).glob("*"))


def end_leftovers(home: Path) -> list[str]:
    """Ends the processes that a killed supervisor left running. Returns their names."""
    found = {name: process for name in recorded(home) if (process := find(home, name))}
    for process in found.values():
        end(process)
    for name in recorded(home):
        forget(home, name)
    return sorted(found)


def end(process: psutil.Process, patience: float = 10.0) -> None:
    """Asks a process and its children to end, and kills those that still run after `patience` seconds."""
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
