"""The command `minka` speaks the language of its environment."""

import os
import subprocess
import sys

from deploy.trial.layout import REPOSITORY


def minka(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MINKA_", "LC_", "LANG"))}
    command = [sys.executable, "-m", "deploy.operator", *arguments]
    environment = inherited | {"COLUMNS": "200", "MINKA_HOME": "/nonexistent", **variables}
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True)


def test_help_and_errors_are_in_spanish() -> None:
    spanish = {"LANG": "es_PE.UTF-8"}
    described = minka("deadletters", "--help", **spanish)
    assert "Registros que no se pudieron procesar" in described.stdout
    assert "Muestra los registros no procesados que esperan" in described.stdout
    assert "Responder en JSON." in minka("topics", "list", "--help", **spanish).stdout
    failed = minka("republish", "accounting", **spanish)
    assert failed.returncode == 3
    assert failed.stderr.startswith("No existe el servicio accounting; existen enrollment, ")
    assert "particiones" in minka("topics", "list", **spanish).stdout


def test_help_and_errors_are_in_english_where_no_language_is_named() -> None:
    assert "Records that could not be handled" in minka("deadletters", "--help").stdout
    assert minka("republish", "accounting").stderr.startswith("There is no service accounting; ")
    assert "partitions" in minka("topics", "list", LANG="es_PE.UTF-8", MINKA_LANG="en").stdout
