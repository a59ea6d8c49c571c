"""Starts a trial in the foreground or background, stops it, and deletes it."""

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from chassis.web.texts import _
from deploy.operator.errors import NothingToDo, OperatorError
from deploy.trial import data_folders, pid_files, startup
from deploy.trial.layout import REPOSITORY, TrialLayout, is_free, read_record
from deploy.trial.progress import say
from deploy.trial.start_mode import StartMode

SUPERVISOR = "supervisor"
STOP_PATIENCE = 90.0


def run(layout: TrialLayout, mode: StartMode) -> None:
    """Starts in the foreground and runs until SIGTERM or Ctrl-C."""
    _make_home(layout.home)
    with _locked(layout.home):
        if left := pid_files.end_leftovers(layout.home):
            ended = _("Ended what an earlier start left behind: %(programs)s", programs=", ".join(left))
            say(f"  {ended}")
        layout = layout.with_inner_ports()
        _check_ports(layout, mode)
        layout.record()
        # The state file of a killed supervisor is outdated.
        (layout.home / "state.json").unlink(missing_ok=True)
        pid_files.record(layout.home, SUPERVISOR, os.getpid())
        try:
            asyncio.run(startup.run(layout, mode))
        finally:
            pid_files.forget(layout.home, SUPERVISOR)
            (layout.home / "state.json").unlink(missing_ok=True)


def run_detached(layout: TrialLayout, mode: StartMode) -> None:
    """Starts in the background, shows the progress, and returns when everything is ready."""
    _make_home(layout.home)
    if is_running(layout.home):
        raise AlreadyRunning(layout.home)
    path = layout.logs / "supervisor.log"
    with path.open("ab") as log, path.open() as output:
        output.seek(0, os.SEEK_END)
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.trial", "run", mode],
            cwd=REPOSITORY,
            env={**os.environ, **_as_variables(layout)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _follow(process, output, layout.home)
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
        # The process outlives this one on purpose. Without this, `Popen` would warn about it.
        process.returncode = 0


def stop(home: Path) -> bool:
    """Stops the trial of this folder and leftovers of a killed one. Returns False when nothing was running."""
    supervisor = pid_files.find(home, SUPERVISOR)
    if supervisor:
        supervisor.send_signal(signal.SIGTERM)
        if not pid_files.wait_for_end(supervisor, STOP_PATIENCE):
            raise OperatorError(
                _("The trial does not stop; end process %(pid)d and run `make down` again.", pid=supervisor.pid)
            )
    return bool(pid_files.end_leftovers(home)) or supervisor is not None


def clean(home: Path) -> None:
    """Stops the trial and deletes all its data."""
    stop(home)
    data_folders.remove_data(home)
    shutil.rmtree(home, ignore_errors=True)


def is_running(home: Path) -> bool:
    """Whether the supervisor of this folder runs, ready or not."""
    return pid_files.find(home, SUPERVISOR) is not None


def is_ready(home: Path) -> bool:
    """Whether the trial of this folder has started completely."""
    state = read_state(home)
    return is_running(home) and bool(state.get("ready"))


def read_state(home: Path) -> dict[str, Any]:
    """The supervisor's last report about its programs; empty when none runs."""
    return read_record(home / "state.json")


class AlreadyRunning(NothingToDo):
    """The trial of this folder is running already."""

    def __init__(self, home: Path) -> None:
        layout = TrialLayout.recorded(home)
        if layout is None:
            super().__init__(_("Minka is already running; `make down` stops it."))
        else:
            super().__init__(_("Minka is already running at %(url)s; `make down` stops it.", url=layout.public_url))


@contextlib.contextmanager
def _locked(home: Path) -> Iterator[None]:
    """Allows one supervisor per folder. The kernel releases the lock when the process ends, however it ends."""
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
        raise OperatorError(
            _("The folder %(folder)s cannot be created: %(reason)s.", folder=home, reason=error.strerror)
        ) from error


def _check_ports(layout: TrialLayout, mode: StartMode) -> None:
    ports = layout.configurable_ports()
    if not mode.has_services:
        del ports["MINKA_PORT"]
    if len(set(ports.values())) < len(ports):
        raise OperatorError(_("%(names)s must be different ports.", names=", ".join(ports)))
    for variable, port in ports.items():
        if not is_free(port):
            raise OperatorError(
                _(
                    "Port %(port)d is taken by another program; end that one, or choose a port with %(variable)s.",
                    port=port,
                    variable=variable,
                )
            )


def _as_variables(layout: TrialLayout) -> dict[str, str]:
    ports = {name: str(port) for name, port in layout.configurable_ports().items()}
    return {"MINKA_HOME": str(layout.home)} | ports


def _follow(process: subprocess.Popen[bytes], output: IO[str], home: Path) -> None:
    """Prints the supervisor's output until it is ready. Exits with its status if it ends before."""
    ready = False
    while not ready:
        ended = process.poll() is not None
        ready = is_ready(home)
        for line in output:
            print(line, end="", flush=True)
        if ended:
            raise SystemExit(process.returncode or 1)
        time.sleep(0.1)
