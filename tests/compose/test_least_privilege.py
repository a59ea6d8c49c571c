"""Each password of the office gives access only to what the catalogue says."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.topics import TOPICS
from deploy.operator.catalogue import DATABASES, principals
from tests.compose.office import Office

SCRIPT = Path(__file__).with_name("databases_entered.sh")

BY_ITS_PROJECTION = "reporting may CREATE TEMP TABLE mine ()"
"""The projection copies each batch into a temporary table."""


@pytest.fixture(scope="module")
def privileges(minka: Office) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(minka.inside("topics", "tests.compose.privileges"))
    return found


def test_everybody_reads_what_is_meant_for_them_and_nothing_else(privileges: dict[str, Any]) -> None:
    meant = {name: [topic.name for topic in TOPICS.values() if name in topic.readers] for name in principals()}

    assert privileges["reads"] == meant


def test_nobody_writes_what_is_anothers(privileges: dict[str, Any]) -> None:
    assert privileges["writes"] == {name: [] for name in principals()}


def test_acts_of_participation_are_written_from_outside(privileges: dict[str, Any]) -> None:
    assert privileges["acts"] == ["participation"]


def test_nobody_moves_anothers_group_or_makes_a_topic(privileges: dict[str, Any]) -> None:
    assert privileges["moves"] == {name: [] for name in principals()}
    assert privileges["creates"] == []


def test_every_role_enters_its_own_database_and_changes_no_table_as_the_application(minka: Office) -> None:
    said = minka.compose(
        *("run", "--rm", "--no-TTY", "--no-deps", "--entrypoint=sh", "databases", "-s"), script=SCRIPT.read_text()
    )

    roles = [(role, database) for database in DATABASES for role in (database, f"{database}_migrator")]
    meant = [f"{role} enters {database}" for role, database in roles]
    assert sorted(said.splitlines()) == sorted([*meant, BY_ITS_PROJECTION])
