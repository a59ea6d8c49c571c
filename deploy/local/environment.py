"""Makes or completes `.venv` from a lock file: the one step that runs before any library is there.

MINKA_VENV names another folder for libraries that must not meet ours (`make bench`).

`make` runs it as `python3 deploy/local/environment.py requirements.lock`: the standard library alone, and nothing that
an older Python could not even read, so that it can say what is wrong.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ENVIRONMENT = REPOSITORY / os.environ.get("MINKA_VENV", ".venv")
PYTHON = ENVIRONMENT / "bin" / "python"
OLDEST_PYTHON = (3, 11)
# The libraries, what they are unpacked from, and room to work. Bytes.
DISK_NEEDED = 2 * 1024**3

# The tests' lock holds everything the services' does.
HOLDS = {"requirements-test.lock": ["requirements-test.lock", "requirements.lock"]}

REASONS = {
    "DO NOT MATCH THE HASHES": "The download of a library is corrupted: its SHA-256 is not the locked one; try again",
    "No space left on device": "The disk became full while libraries were installed; make room and try again",
    "Connection": "The libraries could not be downloaded; check the connection and try again",
}

COMMAND = """#!/bin/sh
exec "{python}" -m deploy.cli "$@"
"""


class Trouble(Exception):
    """One sentence for the person at the terminal."""


def main(lock: str) -> None:
    check_python(sys.version_info[:2])
    directory = os.open(str(REPOSITORY), os.O_RDONLY)
    # Two `make` at once: the second waits, and finds the work done.
    fcntl.flock(directory, fcntl.LOCK_EX)
    if not is_installed(lock):
        check_venv()
        check_disk(shutil.disk_usage(str(REPOSITORY)).free)
        make_environment()
        install(lock)
        add_command()
        for held in HOLDS.get(lock, [lock]):
            stamp(held).write_text(digest(held))


def check_python(version: tuple) -> None:  # type: ignore[type-arg]
    if version < OLDEST_PYTHON:
        found = ".".join(str(number) for number in version)
        raise Trouble(f"Minka needs Python 3.11 or newer, this is {found}; name a newer one: make up PYTHON=python3.12")


def check_venv() -> None:
    if subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True).returncode != 0:
        raise Trouble("This Python cannot make environments; on Debian: apt-get install python3-venv")


def check_disk(free: int) -> None:
    if free < DISK_NEEDED:
        megabytes = 1024**2
        raise Trouble(
            f"Only {free // megabytes} MB are free at {REPOSITORY}; make room for {DISK_NEEDED // megabytes} MB"
        )


def is_installed(lock: str) -> bool:
    return PYTHON.exists() and stamp(lock).exists() and stamp(lock).read_text() == digest(lock)


def stamp(lock: str) -> Path:
    """Remembers which text of a lock is installed."""
    return ENVIRONMENT / f"{Path(lock).name}.installed"


def digest(lock: str) -> str:
    return hashlib.sha256((REPOSITORY / lock).read_bytes()).hexdigest()


def make_environment() -> None:
    """A new environment, unless there is one whose Python works and is new enough."""
    check = f"import sys; sys.exit(sys.version_info < {OLDEST_PYTHON})"
    if PYTHON.exists() and subprocess.run([str(PYTHON), "-c", check]).returncode == 0:
        return
    say(f"Making the Python environment {ENVIRONMENT}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)


def install(lock: str) -> None:
    """Install the locked libraries, each only with its locked hash."""
    wanted = sum(1 for line in (REPOSITORY / lock).read_text().splitlines() if "==" in line)
    say(f"Installing about {wanted} libraries")
    command = [str(PYTHON), "-m", "pip", "install", "--progress-bar=off", "--require-hashes", "--requirement", lock]
    words = []
    with subprocess.Popen(command, cwd=str(REPOSITORY), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        for line in process.stdout or ():
            words.append(line.decode())
            tell(words[-1])
    if process.returncode != 0:
        log = ENVIRONMENT / "pip.log"
        log.write_text("".join(words))
        raise Trouble(f"{reason(''.join(words))} ({log} has the details)")


def tell(line: str) -> None:
    """Of all that pip says, what shows that it goes on."""
    if line.startswith("Collecting "):
        say(f"  {line.split()[1].split('==')[0]}")
    elif line.startswith("Installing collected packages"):
        say("  unpacking them all …")


def reason(words: str) -> str:
    """Why pip failed, in our words where we know them."""
    known = [sentence for sign, sentence in REASONS.items() if sign in words]
    return known[0] if known else "The libraries could not be installed"


def add_command() -> None:
    """Make the repository importable in the environment, and `minka` a command of it."""
    found = subprocess.run(
        [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        stdout=subprocess.PIPE,
        check=True,
    )
    (Path(found.stdout.decode().strip()) / "minka.pth").write_text(f"{REPOSITORY}\n")
    command = ENVIRONMENT / "bin" / "minka"
    command.write_text(COMMAND.format(python=PYTHON))
    command.chmod(0o755)


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except Trouble as trouble:
        sys.exit(f"{trouble}.")
