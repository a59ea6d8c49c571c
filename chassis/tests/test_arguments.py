"""The command line of a service: what is wrong with it is one sentence in the language of the environment."""

import os
import subprocess
import sys

import pytest

from chassis.arguments import USAGE
from chassis.web.texts import ROOT

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


def service(line: str, **variables: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MINKA_", "LC_", "LANG"))}
    command = [sys.executable, "-m", "services.media", *line.split()]
    return subprocess.run(command, cwd=ROOT, env=inherited | variables, capture_output=True, text=True)


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_command_line_is_one_sentence_in_one_language(line: str) -> None:
    spanish = service(line, LANG="es_PE.UTF-8")
    remedy = f"`python -m services.media{' ' + line.split()[0] if line.startswith(('api --', 'migr')) else ''} --help`"
    assert (spanish.returncode, spanish.stdout) == (USAGE, "")
    assert spanish.stderr == f"{WRONG[line]} {remedy} muestra lo que hay.\n"
    english = service(line, LANG="en_US.UTF-8", MINKA_TIME_ZONE="America/Nowhere")
    assert english.returncode == USAGE
    assert english.stderr.endswith(f"{remedy} shows what there is.\n")
    assert english.stderr.count("\n") == 1


def test_the_help_is_in_one_language() -> None:
    spanish = service("--help", LANG="es_PE.UTF-8").stdout
    assert spanish.startswith("uso: python -m services.media")
    assert "sirve las páginas" in spanish and "\nopciones:" in spanish and "\nargumentos:" in spanish
    assert [word for word in ("usage", "options", "positional", "show") if word in spanish] == []
    assert service("--help").stdout.startswith("usage: python -m services.media")


def test_settings_that_are_missing_are_said_in_the_same_way() -> None:
    spanish = service("api", LANG="es_PE.UTF-8", MINKA_TIME_ZONE="America/Nowhere")
    assert (spanish.returncode, "Traceback" in spanish.stderr) == (1, False)
    assert "MINKA_MEDIA_DATABASE_URL" in spanish.stderr
