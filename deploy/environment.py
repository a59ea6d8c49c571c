"""Creates or completes `.venv` from a lock file. It runs before any library is installed.

MINKA_VENV names another folder, for libraries that must not be in the same environment as ours (`make bench`).

`make` runs it as `python3 -m deploy.environment requirements.lock`: it uses only the standard library, and only
syntax of older Pythons, so that it can tell them what is wrong.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
ENVIRONMENT = REPOSITORY / os.environ.get("MINKA_VENV", ".venv")
PYTHON = ENVIRONMENT / "bin" / "python"
OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON = (3, 13)
# Bytes: the libraries, their downloads, and some room.
DISK_NEEDED = 2 * 1024**3

# The tests' lock includes everything in the services' lock.
INCLUDES = {"requirements-test.lock": ["requirements-test.lock", "requirements.lock"]}

REASONS = {
    "DO NOT MATCH THE HASHES": "The download of a library is corrupted: its SHA-256 is not the locked one; try again",
    "No space left on device": "The disk became full while libraries were installed; make room and try again",
    "Connection": "The libraries could not be downloaded; check the connection and try again",
}

COMMAND = """#!/bin/sh
exec "$(dirname "$(readlink -f "$0")")/python" -m deploy "$@"
"""


class SetupError(Exception):
    """A start that cannot succeed; the text is one sentence for the person at the terminal."""


def main(lock: str) -> None:
    check_python(sys.version_info[:2])
    directory = os.open(str(REPOSITORY), os.O_RDONLY)
    # The second of two concurrent `make` waits, and then finds the work done.
    fcntl.flock(directory, fcntl.LOCK_EX)
    if not is_installed(lock):
        check_venv()
        check_disk(shutil.disk_usage(str(REPOSITORY)).free)
        make_environment()
        install(lock)
        add_repository()
        for included in INCLUDES.get(lock, [lock]):
            stamp(included).write_text(digest(included))
    if not ENVIRONMENT.is_symlink():  # a linked environment belongs to another checkout, which maintains it
        add_command()


def check_python(version: tuple) -> None:  # type: ignore[type-arg]
    if not OLDEST_PYTHON <= version <= NEWEST_PYTHON:
        found = ".".join(str(number) for number in version)
        raise SetupError(
            f"Minka needs Python 3.11 to 3.13, this is {found}; name another one: make up PYTHON=python3.12"
        )


def check_venv() -> None:
    if subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True).returncode != 0:
        raise SetupError("This Python cannot create environments; on Debian: apt-get install python3-venv")


def check_disk(free: int) -> None:
    if free < DISK_NEEDED:
        megabytes = 1024**2
        raise SetupError(
            f"Only {free // megabytes} MB are free at {REPOSITORY}; make room for {DISK_NEEDED // megabytes} MB"
        )


def is_installed(lock: str) -> bool:
    return PYTHON.exists() and stamp(lock).exists() and stamp(lock).read_text() == digest(lock)


def stamp(lock: str) -> Path:
    """The file with the digest of the lock that is installed."""
    return ENVIRONMENT / f"{Path(lock).name}.installed"


def digest(lock: str) -> str:
    return hashlib.sha256((REPOSITORY / lock).read_bytes()).hexdigest()


def make_environment() -> None:
    """Creates the environment, unless there is one whose Python works and is one of ours."""
    check = f"import sys; sys.exit(not {OLDEST_PYTHON} <= sys.version_info[:2] <= {NEWEST_PYTHON})"
    if PYTHON.exists() and subprocess.run([str(PYTHON), "-c", check]).returncode == 0:
        return
    say(f"Creating the Python environment {ENVIRONMENT}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)


def install(lock: str) -> None:
    """Installs the locked libraries and verifies their hashes."""
    wanted = sum(1 for line in (REPOSITORY / lock).read_text().splitlines() if "==" in line)
    say(f"Installing about {wanted} libraries")
    command = [str(PYTHON), "-m", "pip", "install", "--progress-bar=off", "--require-hashes", "--requirement", lock]
    lines = []
    with subprocess.Popen(command, cwd=str(REPOSITORY), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        for line in process.stdout or ():
            lines.append(line.decode())
            show_progress(lines[-1])
    if process.returncode != 0:
        log = ENVIRONMENT / "pip.log"
        log.write_text("".join(lines))
        raise SetupError(f"{reason(''.join(lines))} ({log} has the details)")


def show_progress(line: str) -> None:
    """Prints the lines of pip that show its progress."""
    if line.startswith("Collecting "):
        say(f"  {line.split()[1].split('==')[0]}")
    elif line.startswith("Installing collected packages"):
        say("  unpacking them all …")


def reason(output: str) -> str:
    """Why pip failed, as a sentence if the output has a known message."""
    known = [sentence for message, sentence in REASONS.items() if message in output]
    return known[0] if known else "The libraries could not be installed"


def add_repository() -> None:
    """Makes the repository importable in the environment."""
    found = subprocess.run(
        [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        stdout=subprocess.PIPE,
        check=True,
    )
    (Path(found.stdout.decode().strip()) / "minka.pth").write_text(f"{REPOSITORY}\n")


def add_command() -> None:
    """Makes `minka` a command of the environment, unless it is already this one."""
    command = ENVIRONMENT / "bin" / "minka"
    if not command.exists() or command.read_text() != COMMAND:
        command.write_text(COMMAND)
        command.chmod(0o755)


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except SetupError as error:
        sys.exit(f"{error}.")
