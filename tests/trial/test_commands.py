"""The commands about a trial that has only its broker and its database."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from typer.testing import Result

from deploy.operator.errors import OperatorError
from deploy.trial.layout import LOOPBACK, free_ports
from tests.support.command_lines import minka
from tests.support.infrastructure import Infrastructure


@pytest.fixture
def home(infrastructure: Infrastructure, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINKA_HOME", str(infrastructure.layout.home))


def findings(result: Result) -> dict[str, Any]:
    return {finding["name"]: finding["problem"] for finding in json.loads(result.stdout)}


@pytest.mark.usefixtures("home")
def test_status_names_the_programs_and_the_places(infrastructure: Infrastructure) -> None:
    result = minka("status", "--json")
    answer = json.loads(result.stdout)

    assert (result.exit_code, answer["ready"], answer["health"]) == (0, True, {})
    assert [process["name"] for process in answer["processes"]] == ["postgresql", "kafka"]
    assert answer["kafka"] == infrastructure.open_bootstrap


@pytest.mark.usefixtures("home")
def test_the_doctor_finds_what_is_missing_and_says_what_to_do() -> None:
    """Nothing is migrated and no process serves pages here; everything else is in order."""
    result = minka("doctor", "--json")
    found = findings(result)

    assert result.exit_code == 1
    assert found["MINKA_PORT"] == "nobody listens"
    assert found["Database sessions"].startswith("run `minka migrate`: chassis/0001")
    assert not any(
        found[name] for name in ("Python", "Disk", "Credentials", "Kafka's jars", "Kafka", "Topics and rules")
    )
    assert not found["Clocks"]


@pytest.mark.usefixtures("home")
def test_topics_are_applied_and_there_is_nothing_to_change() -> None:
    result = minka("topics", "apply", "--json")

    assert json.loads(result.stdout) == {"changed": []}


def test_the_catalogue_of_topics_is_listed_without_a_broker() -> None:
    listed = {topic["name"] for topic in json.loads(minka("topics", "list", "--json").stdout)}

    assert listed >= {"enrollment.events", "sessions.events", "media.events", "media.visits", "reporting.outcomes"}


def test_where_nothing_was_started_the_sentence_says_so(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINKA_HOME", str(tmp_path_factory.mktemp("nothing")))

    assert isinstance(minka("status").exception, OperatorError)


def test_where_no_broker_answers_the_sentence_says_so() -> None:
    result = minka("topics", "apply", "--bootstrap", f"{LOOPBACK}:{free_ports(1)[0]}")

    assert isinstance(result.exception, OperatorError)


def test_where_no_database_answers_migrating_is_one_sentence(infrastructure: Infrastructure) -> None:
    nowhere = {"MINKA_MEDIA_MIGRATOR_DATABASE_URL": f"postgresql://{LOOPBACK}:{free_ports(1)[0]}/media"}
    command = [sys.executable, "-m", "services.media", "migrate"]

    result = subprocess.run(command, env=os.environ | infrastructure.variables() | nowhere, capture_output=True)

    assert result.returncode == 1
    assert result.stderr.startswith(b"The database of media does not answer")
