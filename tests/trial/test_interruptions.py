"""Ctrl-C, and a reader that ends first, end each command with the exit status that shells know, and no traceback."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from chassis.failures import INTERRUPTED
from deploy.operator.catalogue import SERVICES, principals
from deploy.operator.command_line import NOBODY_READS
from deploy.trial.layout import LOOPBACK, REPOSITORY


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes connections and never answers."""
    with socket.create_server((LOOPBACK, 0)) as server:
        yield server


def variables(port: int) -> dict[str, str]:
    """Everything that a command could ask is at this port."""
    address = f"postgresql://media:x@{LOOPBACK}:{port}/media"
    databases = {f"MINKA_{one.upper()}_{kind}DATABASE_URL": address for one in SERVICES for kind in ("", "MIGRATOR_")}
    words = {f"MINKA_{name.upper()}_KAFKA_PASSWORD": "x" for name in principals()}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MINKA_", "LC_", "LANG"))}
    needed = {"MINKA_MEDIA_PUBLIC_URL": "http://x", "MINKA_MEDIA_ISSUER_URL": "http://x/i", "MINKA_MEDIA_STORAGE": "/x"}
    needed |= {"MINKA_MEDIA_SESSION_SECRET": "x" * 40, "MINKA_MEDIA_KAFKA_BOOTSTRAP": f"{LOOPBACK}:{port}"}
    broker = {"MINKA_ADMIN_KAFKA_BOOTSTRAP": f"{LOOPBACK}:{port}", "MINKA_PORT": str(port)}
    return inherited | databases | words | needed | broker | {"MINKA_HOME": "/nonexistent"}


def listen_to_ctrl_c() -> None:
    """A shell's command in the background ignores Ctrl-C, and so would all that is started below the tests there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize(
    "line",
    [
        "token",
        "import README.md",
        "demo --url http://127.0.0.1:{port}",
        "deadletters list",
        "projection swap reporting",
        "republish media",
        "topics apply",
        "migrate media",
    ],
)
def test_ctrl_c_ends_a_command_that_waits(silent: socket.socket, line: str) -> None:
    port = silent.getsockname()[1]
    command = [sys.executable, "-m", "deploy", *line.format(port=port).split()]
    process = subprocess.Popen(command, cwd=REPOSITORY, env=variables(port), text=True, start_new_session=True,
                               preexec_fn=listen_to_ctrl_c, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    connection, _address = silent.accept()
    os.killpg(process.pid, signal.SIGINT)
    _out, error = process.communicate()
    connection.close()
    assert process.returncode == INTERRUPTED, error
    assert error.splitlines()[-1] == "Interrupted. The same command can be run again."
    assert "Traceback" not in error


@pytest.mark.parametrize(
    "line",
    [
        "deploy topics list",
        "deploy topics list --json",
        "deploy --help",
        "deploy --version",
        "deploy status --json",
        "deploy.operator topics list",
        "deploy.trial --help",
        "contracts types",
    ],
)
def test_a_reader_that_ends_first_is_no_error(line: str) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", *line.split()]
    ended = subprocess.run(command, cwd=REPOSITORY, env=variables(1), text=True, stdout=write, stderr=subprocess.PIPE)
    os.close(write)
    assert ended.returncode == NOBODY_READS, ended.stderr
    assert "Error" not in ended.stderr and "Traceback" not in ended.stderr


def test_what_strangers_are_told_of_the_contracts_is_in_their_language() -> None:
    command = [sys.executable, "-m", "contracts", "schema", "nothing"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MINKA_", "LC_", "LANG"))}
    said = [
        subprocess.run(command, cwd=REPOSITORY, env=environment | {"LANG": language}, capture_output=True, text=True)
        for language in ("C.UTF-8", "es_PE.UTF-8")
    ]
    assert [one.returncode for one in said] == [1, 1]
    assert said[0].stderr == "There is no such event; `types` lists them all.\n"
    assert said[1].stderr == "No existe ese evento; `types` los lista todos.\n"
