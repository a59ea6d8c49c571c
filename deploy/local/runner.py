"""The runner's commands: start, start in the background, stop, clean."""

import asyncio
import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from deploy.local import postgres, processes, trial
from deploy.local.extent import Extent
from deploy.local.places import REPOSITORY, Places, is_free
from deploy.local.progress import say
from deploy.local.troubles import Trouble

SUPERVISOR = "supervisor"
STOP_PATIENCE = 90.0


def run(places: Places, extent: Extent) -> None:
    """Start in the foreground, and stay until SIGTERM or Ctrl-C."""
    _make_home(places.home)
    with _alone(places.home):
        if left := processes.end_leftovers(places.home):
            say(f"  Ended what an earlier start left behind: {', '.join(left)}")
        places = places.with_inner_ports()
        _check_ports(places, extent)
        places.record()
        # What a killed supervisor last said of itself is not true of this one.
        (places.home / "state.json").unlink(missing_ok=True)
        processes.record(places.home, SUPERVISOR, os.getpid())
        try:
            asyncio.run(trial.run(places, extent))
        finally:
            processes.forget(places.home, SUPERVISOR)
            (places.home / "state.json").unlink(missing_ok=True)


def run_detached(places: Places, extent: Extent) -> None:
    """Start in the background; returns when all is ready, having shown the progress until then."""
    _make_home(places.home)
    if is_running(places.home):
        raise AlreadyRunning(places.home)
    path = places.logs / "supervisor.log"
    with path.open("ab") as log, path.open() as words:
        words.seek(0, os.SEEK_END)
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "run", extent],
            cwd=REPOSITORY,
            env={**os.environ, **_as_variables(places)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _follow(process, words, places.home)
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
        # It outlives us on purpose; without this its object would complain.
        process.returncode = 0


def stop(home: Path) -> bool:
    """End the trial of this folder; False where none was running. Leftovers of a killed one are ended too."""
    supervisor = processes.find(home, SUPERVISOR)
    if supervisor:
        supervisor.send_signal(signal.SIGTERM)
        if not processes.wait_for_end(supervisor, STOP_PATIENCE):
            raise Trouble(f"The trial does not stop; end process {supervisor.pid} and run `make down` again.")
    return bool(processes.end_leftovers(home)) or supervisor is not None


def clean(home: Path) -> None:
    """Stop the trial and delete all it ever kept."""
    stop(home)
    postgres.remove_data(home)
    shutil.rmtree(home, ignore_errors=True)


def is_running(home: Path) -> bool:
    """Whether a supervisor lives in this folder, ready or not."""
    return processes.find(home, SUPERVISOR) is not None


def is_ready(home: Path) -> bool:
    """Whether the trial of this folder has started completely."""
    state = read_state(home)
    return is_running(home) and bool(state.get("ready"))


def read_state(home: Path) -> dict[str, object]:
    """What the supervisor last said of its programs; empty where none runs."""
    try:
        state: dict[str, object] = json.loads((home / "state.json").read_text())
    except FileNotFoundError:
        return {}
    return state


class AlreadyRunning(Exception):
    """Somebody asked for what is already there."""

    def __init__(self, home: Path) -> None:
        places = Places.recorded(home)
        where = f" at {places.public_url}" if places else ""
        super().__init__(f"Minka is already running{where}; `make down` stops it.")


@contextlib.contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One supervisor per folder; the lock ends with its process, however that ends."""
    with (home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRunning(home) from error
        yield


def _make_home(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        (home / "logs").mkdir(exist_ok=True)
        (home / "media").mkdir(exist_ok=True)
    except OSError as error:
        raise Trouble(f"The folder {home} cannot be made: {error.strerror}.") from error


def _check_ports(places: Places, extent: Extent) -> None:
    ports = places.asked_ports()
    if not extent.has_services:
        del ports["MINKA_PORT"]
    if len(set(ports.values())) < len(ports):
        raise Trouble(f"{', '.join(ports)} must be different ports.")
    for variable, port in ports.items():
        if not is_free(port):
            raise Trouble(f"Port {port} is taken by another program; end that one, or choose a port with {variable}.")


def _as_variables(places: Places) -> dict[str, str]:
    ports = {name: str(port) for name, port in places.asked_ports().items()}
    return {"MINKA_HOME": str(places.home)} | ports


def _follow(process: subprocess.Popen[bytes], words: IO[str], home: Path) -> None:
    """Show what the supervisor says until it is ready. Raises `Trouble` where it ended instead."""
    ready = False
    while not ready:
        ended = process.poll() is not None
        ready = is_ready(home)
        for line in words:
            print(line, end="", flush=True)
        if ended:
            raise SystemExit(process.returncode or 1)
        time.sleep(0.1)
