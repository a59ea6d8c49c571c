"""The command line of a service: what is wrong with it is one sentence in the language of the environment."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from chassis.arguments import USAGE
from chassis.command import run
from chassis.web.texts import ROOT
from services.media import app as media

WRONG = {
    "": "Falta command.",
    "start": "No existe el comando start.",
    "api extra": "extra no se conoce aquí.",
    "worker --nothing": "--nothing no se conoce aquí.",
    "api --port many": "--port debe ser un número entero.",
    "api --port": "--port necesita un valor.",
    "migrate --before=yes": "--before no lleva valor.",
    "migrate --before --after": "--after excluye a --before.",
}
"""Every way in which a command line is wrong, and the sentence."""


def environment(**variables: str) -> dict[str, str]:
    """The test's environment without language and settings, and these variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MINKA_", "LC_", "LANG"))}
    return kept | variables


def service(line: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "services.media", *line.split()]
    return subprocess.run(command, cwd=ROOT, env=environment(**variables), capture_output=True, text=True)


Ended = Callable[..., tuple[Any, str, str]]


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Ended:
    """Runs a command line in the test's own process; returns its status, its output and its errors."""

    def ended(line: str, **variables: str) -> tuple[Any, str, str]:
        monkeypatch.setattr("os.environ", environment(**variables))
        monkeypatch.setattr("sys.argv", ["services.media", *line.split()])
        with pytest.raises(SystemExit) as end:
            run(media.service)
        return end.value.code, *capfd.readouterr()

    return ended


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_command_line_is_one_sentence_in_one_language(line: str, ended: Ended) -> None:
    remedy = f"`python -m services.media{' ' + line.split()[0] if line.startswith(('api --', 'migr')) else ''} --help`"
    spanish = ended(line, LANG="es_PE.UTF-8")
    assert spanish == (USAGE, "", f"{WRONG[line]} {remedy} muestra lo que hay.\n")
    status, output, errors = ended(line, LANG="en_US.UTF-8", MINKA_TIME_ZONE="America/Nowhere")
    assert (status, output) == (USAGE, "")
    assert errors.endswith(f"{remedy} shows what there is.\n")
    assert errors.count("\n") == 1


def test_a_process_ends_with_the_status_and_the_sentence() -> None:
    process = service("start", LANG="es_PE.UTF-8")
    assert (process.returncode, process.stdout) == (USAGE, "")
    assert process.stderr.startswith("No existe el comando start.")


def test_the_help_is_in_one_language(ended: Ended) -> None:
    _, spanish, _ = ended("--help", LANG="es_PE.UTF-8")
    assert spanish.startswith("uso: python -m services.media")
    assert "sirve las páginas" in spanish and "\nopciones:" in spanish and "\nargumentos:" in spanish
    assert [word for word in ("usage", "options", "positional", "show") if word in spanish] == []
    _, english, _ = ended("--help")
    assert english.startswith("usage: python -m services.media")


def test_settings_that_are_missing_are_said_in_the_same_way() -> None:
    spanish = service("api", LANG="es_PE.UTF-8", MINKA_TIME_ZONE="America/Nowhere")
    assert (spanish.returncode, "Traceback" in spanish.stderr) == (1, False)
    assert "MINKA_MEDIA_DATABASE_URL" in spanish.stderr
