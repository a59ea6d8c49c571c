"""`minka deadletters`: its output, which never has values, its effects, and its errors."""

import asyncio
import json
import os
from uuid import uuid4

import pytest
from pydantic import SecretStr

from chassis.store.database import open_pool
from chassis.tests.messaging_harness import RecordingReaction
from chassis.tests.records import organization
from deploy.operator.catalogue import SERVICES
from deploy.operator.errors import OperatorError
from tests.support.command_lines import minka
from tests.support.databases import FreshDatabases
from tests.support.reactions import deliver
from tests.support.records import record_of


@pytest.fixture
def parked(fresh_databases: FreshDatabases, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every service has a database; sessions has parked a key, with two dead letters behind the first."""
    for service in SERVICES:
        database = fresh_databases.of_chassis(service)
        monkeypatch.setenv(f"MINKA_{service.upper()}_DATABASE_URL", database.url)
        if service == "sessions":
            asyncio.run(park(database.url))


async def park(url: str) -> None:
    pool = await open_pool(SecretStr(url), "test")
    reaction, key = RecordingReaction(), uuid4()
    for version, name in enumerate(("refused", "María", "third"), 1):
        await deliver(reaction.router, pool, record_of(organization(name, key), version))
    await pool.close()


async def set_errors(url: str, error: str) -> None:
    pool = await open_pool(SecretStr(url), "test")
    await pool.execute("UPDATE dead_letters SET error = $1", error)
    await pool.close()


def told(*arguments: str) -> str:
    result = minka("deadletters", *arguments)
    assert result.exception is None, result.exception
    return result.stdout


def refused(*arguments: str) -> str:
    error = minka("deadletters", *arguments).exception
    assert isinstance(error, OperatorError)
    return str(error)


@pytest.mark.usefixtures("parked")
def test_a_dead_letter_is_listed_and_shown_without_its_value() -> None:
    listed = json.loads(told("list", "--json"))
    shown = json.loads(told("show", "sessions", "2", "--json"))

    assert [(one["service"], one["id"], one["queues_behind"]) for one in listed] == [
        ("sessions", 1, None), ("sessions", 2, 1), ("sessions", 3, 1)
    ]  # fmt: skip
    assert (shown["queue"], shown["error_class"], shown["attempts"]) == ([1, 2, 3], "QueuedBehindParkedKey", 1)
    assert shown["envelope"]["ce_aggregateversion"] == "2" and "ce_subject" not in shown["envelope"]
    assert len(shown["value_sha256"]) == 64
    assert "María" not in told("show", "sessions", "2") + told("list")


@pytest.mark.usefixtures("parked")
def test_a_dead_letter_behind_another_is_redriven_with_its_key() -> None:
    assert refused("redrive", "sessions", "2").endswith(
        "`minka deadletters redrive sessions 1 --key` handles the key's dead letters in order."
    )
    assert json.loads(told("redrive", "sessions", "2", "--key", "--json"))["asked"] == [1, 2, 3]
    assert json.loads(told("redrive", "sessions", "--json"))["asked"] == [1, 2, 3]
    assert json.loads(told("redrive", "media", "--json"))["asked"] == []


@pytest.mark.usefixtures("parked")
def test_discarding_the_first_says_what_becomes_of_those_behind() -> None:
    named = minka("deadletters", "discard", "sessions", "1", "--reason", "Rosa Quispe")
    assert (named.exit_code, "sent_by_mistake" in named.output) == (2, True)
    assert "redrive sessions 2 --key" in told("discard", "sessions", "1", "--reason", "sent_by_mistake")
    assert json.loads(told("discard", "sessions", "3", "--reason", "other", "--json"))["queue"] == [2]

    settled = json.loads(told("list", "--all", "--json"))
    assert [(one["state"], one["reason"]) for one in settled] == [
        ("discarded", "sent_by_mistake"), ("waiting", None), ("discarded", "other")
    ]  # fmt: skip


@pytest.mark.usefixtures("parked")
def test_an_error_is_printed_as_it_is_and_is_no_markup() -> None:
    asyncio.run(set_errors(os.environ["MINKA_SESSIONS_DATABASE_URL"], "\x1b[2J[bold red]a[/x]\x9b"))

    shown = told("show", "sessions", "1")
    assert r"\x1b[2J[bold red]a[/x]\x9b" in shown and "\x1b" not in shown
    as_json = told("show", "sessions", "1", "--json")
    assert "\x9b" not in as_json and json.loads(as_json)["error"] == "\x1b[2J[bold red]a[/x]\x9b"


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "many"])
@pytest.mark.parametrize("command", ["show", "redrive", "discard"])
def test_what_is_no_number_of_a_dead_letter_is_a_wrong_argument(command: str, number: str) -> None:
    result = minka("deadletters", command, "media", number, *(["--reason", "test"] if command == "discard" else []))
    assert (result.exit_code, type(result.exception)) == (2, SystemExit)


@pytest.mark.usefixtures("parked")
@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("show", "sessions", "99"), "see `minka deadletters list --all`"),
        (("redrive", "sessions", "99"), "see `minka deadletters list`"),
        (("discard", "sessions", "99", "--reason", "test"), "see `minka deadletters list`"),
        (("redrive", "sessions", "--key"), "needs a dead letter"),
        (("show", "accounting", "1"), "there are enrollment, sessions, media, reporting"),
    ],
)
def test_what_is_not_there_is_said_in_one_sentence(arguments: tuple[str, ...], remedy: str) -> None:
    assert remedy in refused(*arguments)
