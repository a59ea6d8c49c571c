"""What operators' commands change stands in the audit trail of its service, and what they show is about nobody."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import asyncpg
import pytest
from pydantic import SecretStr
from typer.main import get_command

from chassis.store.database import open_pool
from deploy.operator.application import create_application
from deploy.operator.catalogue import SERVICES
from deploy.operator.errors import OperatorError
from tests.operator.test_deadletters import park
from tests.operator.test_failed_jobs import add_failed
from tests.operator.test_projection import ADD_OFFSET, as_owner
from tests.support.command_lines import minka
from tests.support.databases import Database, FreshDatabases

CHANGES = {
    "deadletters redrive", "deadletters discard", "jobs retry", "republish",
    "projection restart", "projection rebuild", "projection swap", "projection drop",
}  # fmt: skip
SHOWS = {
    "status", "deadletters list", "deadletters show", "jobs list", "projection list", "projection compare",
    "topics list",
}  # fmt: skip
ELSEWHERE = {
    "import": "the interface does it, whose routes leave entries",
    **dict.fromkeys(("topics apply", "users apply"), "it changes the broker, whose log has it"),
}

Entry = tuple[str, str, str | None, str | None]
"""Author, action, subject and reason."""


def commands(command: object, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Each command, by the words that are typed."""
    children = getattr(command, "commands", None)
    if children is None:
        yield " ".join(path)
    else:
        for name, child in children.items():
            yield from commands(child, (*path, name))


@pytest.fixture
def office(fresh_databases: FreshDatabases, monkeypatch: pytest.MonkeyPatch) -> dict[str, Database]:
    """The databases of all services: sessions has dead letters of one key, and reporting has generations."""
    databases = {service: fresh_databases.of_chassis(service) for service in SERVICES}
    databases["reporting"] = fresh_databases.of_service("reporting")["reporting"]
    for service, database in databases.items():
        monkeypatch.setenv(f"MINKA_{service.upper()}_DATABASE_URL", database.url)
        monkeypatch.setenv(f"MINKA_{service.upper()}_MIGRATOR_DATABASE_URL", database.migrator_url)
    asyncio.run(park(databases["sessions"].url))
    return databases


def failed_job(database: Database) -> UUID:
    async def added() -> UUID:
        pool = await open_pool(SecretStr(database.url), "test")
        job = await add_failed(pool)
        await pool.close()
        return job

    return asyncio.run(added())


def trail(database: Database) -> list[Entry]:
    async def read() -> list[Entry]:
        connection = await asyncpg.connect(database.url)
        rows = await connection.fetch("SELECT author, action, subject, reason FROM audit_trail ORDER BY entry_id")
        await connection.close()
        return [tuple(row) for row in rows]

    return asyncio.run(read())


def told(line: str) -> None:
    result = minka(*line.split())
    assert result.exception is None, result.exception


def test_it_is_known_of_every_command_whether_it_changes_something() -> None:
    assert sorted(commands(get_command(create_application()))) == sorted([*CHANGES, *SHOWS, *ELSEWHERE])


def test_what_is_changed_leaves_an_entry(office: dict[str, Database]) -> None:
    job = failed_job(office["media"])
    told(f"jobs retry media {job}")
    told("republish media")
    told("deadletters redrive sessions 2 --key")
    told("deadletters discard sessions 1 --reason sent_by_mistake")
    for command in ("rebuild", "swap", "drop"):
        told(f"projection {command} reporting")
    as_owner(office["reporting"], ADD_OFFSET)
    told("projection restart p")

    found = {service: trail(database) for service, database in office.items()}
    assert found == {
        "enrollment": [],
        "media": [("command", "jobs retry", str(job), None), ("command", "republish", None, None)],
        "sessions": [
            ("command", "deadletters redrive", "2", None),
            ("command", "deadletters discard", "1", "sent_by_mistake"),
        ],
        "reporting": [
            *(("command", f"projection {command}", None, None) for command in ("rebuild", "swap", "drop")),
            ("command", "projection restart", "p", None),
        ],
    }
    assert {action for entries in found.values() for _author, action, *_ in entries} == CHANGES


def test_what_is_refused_or_only_shown_leaves_none(office: dict[str, Database]) -> None:
    refused = [
        "deadletters discard sessions 99 --reason other",
        "jobs retry media 018f0000-0000-7000-8000-000000000000",
    ]
    for line in [*refused, "projection drop reporting", "projection restart nothing"]:
        assert isinstance(minka(*line.split()).exception, OperatorError), line
    for line in ("deadletters list", "deadletters show sessions 1", "jobs list", "projection list"):
        told(line)

    assert [entry for database in office.values() for entry in trail(database)] == []
