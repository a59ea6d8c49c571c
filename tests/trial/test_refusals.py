"""A start that cannot succeed prints one sentence and exits with a status other than zero."""

import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from deploy import environment
from deploy.operator.errors import OperatorError
from deploy.trial import jars, startup
from deploy.trial.commands.doctor import PYTHONS
from deploy.trial.layout import LOOPBACK, REPOSITORY, TrialLayout
from tests.support.infrastructure import Infrastructure, free_layout
from tests.trial.runners import Runner, share_jars


@pytest.fixture
def stopped(infrastructure: Infrastructure, tmp_path: Path) -> Runner:
    home = tmp_path / "home"
    share_jars(infrastructure.layout.home, home)
    return Runner(free_layout(home))


@pytest.mark.parametrize("variable", ["MINKA_PORT", "MINKA_KAFKA_PORT", "MINKA_POSTGRES_PORT"])
def test_a_taken_port_is_named_with_the_variable_that_changes_it(stopped: Runner, variable: str) -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        port = other.getsockname()[1]

        result = stopped.command("run", "empty", **{variable: str(port)})

    assert result.returncode == 3
    sentence = f"Port {port} is taken by another program; end that one, or choose a port with {variable}."
    assert result.stderr.splitlines() == [sentence]


@pytest.mark.parametrize("port", ["eighty", "0", "70000"])
def test_a_port_that_is_none_is_refused(stopped: Runner, port: str) -> None:
    result = stopped.command("infrastructure", MINKA_PORT=port)

    assert result.returncode == 3
    assert result.stderr == f"MINKA_PORT={port} is no port; give a number from 1 to 65535.\n"


def test_one_port_for_two_things_is_refused(stopped: Runner) -> None:
    result = stopped.command("run", "empty", MINKA_PORT="18999", MINKA_KAFKA_PORT="18999")

    assert result.returncode == 3
    assert result.stderr == "MINKA_PORT, MINKA_KAFKA_PORT, MINKA_POSTGRES_PORT must be different ports.\n"


def test_a_detached_start_that_fails_says_why_and_fails_too(stopped: Runner) -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        result = stopped.command("infrastructure", MINKA_KAFKA_PORT=str(other.getsockname()[1]))

    assert result.returncode == 3
    assert "is taken by another program" in result.stdout


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_a_python_that_is_too_old_or_too_new_is_named(version: tuple[int, int]) -> None:
    found = ".".join(map(str, version))
    with pytest.raises(environment.SetupError, match=rf"needs Python 3\.11 to 3\.13, this is {found}; name"):
        environment.check_python(version)


def test_the_project_and_the_doctor_know_the_same_pythons() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    (_, oldest), (_, newest) = environment.OLDEST_PYTHON, environment.NEWEST_PYTHON
    assert project["requires-python"] == f">=3.{oldest},<3.{newest + 1}"
    assert list(PYTHONS) == [(3, minor) for minor in range(oldest, newest + 1)]


def test_an_old_python_can_read_the_environment_step() -> None:
    """Otherwise an old Python would print a syntax error instead of the sentence."""
    source = (REPOSITORY / "deploy/environment.py").read_text()

    compile_as = "import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 7))"
    subprocess.run([sys.executable, "-c", compile_as], input=source, text=True, check=True)


def test_a_full_disk_is_said_before_anything_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(100, 100, 0))

    with pytest.raises(OperatorError, match="Only 0 MB are free"):
        startup.check_disk(tmp_path)
    with pytest.raises(environment.SetupError, match="Only 0 MB are free"):
        environment.check_disk(shutil.disk_usage(str(tmp_path)).free)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "corrupted"),
        ("OSError: [Errno 28] No space left on device", "disk became full"),
        ("ConnectionError: unreachable", "check the connection"),
        ("something else", "could not be installed"),
    ],
)
def test_why_libraries_were_not_installed_is_one_sentence(words: str, sentence: str) -> None:
    assert sentence in environment.reason(words)


def test_a_corrupted_jar_is_refused_and_fetched_again_the_next_time(
    infrastructure: Infrastructure, tmp_path: Path
) -> None:
    whole = infrastructure.layout.home / "jars"
    shutil.copytree(whole, tmp_path / "jars")
    jar = jars.listed()[0]
    (tmp_path / "jars" / jar.file).write_bytes(b"half a download")

    def corrupted(coordinates: str, path: Path) -> None:
        path.write_bytes(b"not what was listed")

    def sound(coordinates: str, path: Path) -> None:
        shutil.copy(whole / jar.file, path)

    with pytest.raises(OperatorError, match=f"The download of {jar.coordinates} is corrupted"):
        jars.fetch_missing(tmp_path / "jars", corrupted)
    jars.fetch_missing(tmp_path / "jars", sound)

    assert not jars.missing(tmp_path / "jars")
    assert not list((tmp_path / "jars").glob("*.draft"))


def test_a_failed_download_names_the_jar(tmp_path: Path) -> None:
    def unreachable(coordinates: str, path: Path) -> None:
        raise OSError("no route")

    with pytest.raises(OperatorError, match=r"failed \(no route\); check the connection"):
        jars.fetch_missing(tmp_path, unreachable)


def test_the_default_layout_is_the_documented_ones() -> None:
    layout = TrialLayout.from_environment({})

    assert layout.home == REPOSITORY / ".minka"
    assert layout.configurable_ports() == {"MINKA_PORT": 8000, "MINKA_KAFKA_PORT": 9092, "MINKA_POSTGRES_PORT": 5433}
