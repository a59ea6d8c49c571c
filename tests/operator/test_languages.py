"""The command `minka` speaks the language of its environment."""

import os
import subprocess
import sys

import pytest

from deploy.trial.layout import REPOSITORY


def minka(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MINKA_", "LC_", "LANG"))}
    command = [sys.executable, "-m", "deploy.operator", *arguments]
    environment = inherited | {"COLUMNS": "200", "MINKA_HOME": "/nonexistent", **variables}
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("variables", [{"LANG": "es_PE.UTF-8"}, {"LC_ALL": "es_ES.UTF-8"}, {"MINKA_LANG": "es"}])
def test_help_and_errors_are_in_spanish(variables: dict[str, str]) -> None:
    described = minka("deadletters", "--help", **variables)
    assert "Registros que no se pudieron procesar" in described.stdout
    assert "Muestra los registros no procesados que esperan" in described.stdout
    assert "Responder en JSON." in minka("topics", "list", "--help", **variables).stdout
    failed = minka("republish", "accounting", **variables)
    assert failed.returncode == 1
    assert failed.stderr.startswith("No existe el servicio accounting; existen enrollment, ")
    assert "particiones" in minka("topics", "list", **variables).stdout


@pytest.mark.parametrize("variables", [{}, {"LANG": "C.UTF-8"}, {"LANG": "es_PE.UTF-8", "MINKA_LANG": "en"}])
def test_help_and_errors_are_in_english(variables: dict[str, str]) -> None:
    assert "Records that could not be handled" in minka("deadletters", "--help", **variables).stdout
    assert minka("republish", "accounting", **variables).stderr.startswith("There is no service accounting; ")
    assert "partitions" in minka("topics", "list", **variables).stdout
