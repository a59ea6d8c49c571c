"""Each service's audit trail says who read or changed what; it names nobody and cannot be changed."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from chassis.service import Service
from chassis.web.commands import public_write_request, write_request
from deploy.trial.web import SERVICES
from tests.support.databases import Database, FreshDatabases
from tests.support.routes import routes_of

CHANGES_NOTHING = {
    *("sign_out", "sign_out_everywhere", "search_people", "preview_text"),
    *("find_yourself", "leave_own_data", "leave_household"),
}
"""Routes with a form that change nothing, except whether the person who sends it is signed in or recognized."""

LEAVE_AN_ENTRY = {write_request, public_write_request}

AN_ENTRY = (
    "INSERT INTO audit_trail (kind, author, action, at) VALUES ('read', 'ada', 'show_roster', now() - $1::interval)"
)
FORBIDDEN = ["UPDATE audit_trail SET author = 'grace'", "DELETE FROM audit_trail", "TRUNCATE audit_trail"]


@pytest.fixture
def database(fresh_databases: FreshDatabases) -> Database:
    return fresh_databases.of_chassis("sessions")


def calls_of(dependant: Dependant) -> Iterator[Callable[..., Any] | None]:
    """Everything that is called for a route."""
    yield dependant.call
    for part in dependant.dependencies:
        yield from calls_of(part)


def changes(route: APIRoute) -> bool:
    return not (route.methods or set()) <= {"GET", "HEAD"} and route.name not in CHANGES_NOTHING


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_no_route_changes_anything_without_the_request_that_leaves_an_entry(service: Service[Any]) -> None:
    written = [route for route in routes_of(service) if changes(route)]
    assert written
    assert [route.path for route in written if LEAVE_AN_ENTRY.isdisjoint(calls_of(route.dependant))] == []


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_trail SET author = 'grace'", "DELETE FROM audit_trail", "TRUNCATE audit_trail"]
)
@pytest.mark.parametrize("role", ["application", "owner"])
async def test_an_entry_is_neither_changed_nor_removed(database: Database, role: str, statement: str) -> None:
    connection = await asyncpg.connect(database.url if role == "application" else database.migrator_url)
    await connection.execute(AN_ENTRY, timedelta())
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    assert await connection.fetchval("SELECT author FROM audit_trail") == "ada"
    await connection.close()


async def test_the_owner_removes_what_is_older_than_two_years(database: Database) -> None:
    owner = await asyncpg.connect(database.migrator_url)
    for age in (timedelta(days=720), timedelta(days=740)):
        await owner.execute(AN_ENTRY, age)
    await owner.execute("DELETE FROM audit_trail WHERE at < now() - interval '2 years'")
    assert await owner.fetchval("SELECT count(*) FROM audit_trail") == 1
    await owner.close()
