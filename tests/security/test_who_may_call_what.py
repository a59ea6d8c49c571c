"""Each service's table says who may call each of its routes, and the routes keep to it: both ways, pages included."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from chassis.web.access import ANY_ROLE, EVERYBODY
from deploy.trial.people import people
from tests.support.sites import Site

PERSON_OF = {person.role: person.id for person in people()}
"""One person of each role."""

ENDLESS = "GET /api/stream"


def lines(site: Site[Any]) -> Iterator[tuple[str, str, str]]:
    """Each line of the table, with its method and an address."""
    for line in site.app.state.access:
        if line != ENDLESS:
            method, path = line.split(" ")
            yield line, method, re.sub(r"{[^}]*}", str(uuid4()), path)


def documented(site: Site[Any]) -> set[str]:
    paths = site.app.openapi()["paths"]
    return {f"{method.upper()} {path}" for path, operations in paths.items() for method in operations}


async def statuses(site: Site[Any], person: str | None) -> dict[str, int]:
    """What each line of the table answers to this person."""
    async with site.browser(person) as browser:
        return {line: (await browser.request(method, address)).status_code for line, method, address in lines(site)}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.sessions.replicas.service.REPLICATION_TIMEOUT_SECONDS", 0)


def test_the_table_has_every_operation_and_known_roles(site: Site[Any]) -> None:
    assert documented(site) <= site.app.state.access.keys()
    roles = {role for rates in site.app.state.access.values() for role in rates}
    assert roles <= PERSON_OF.keys() | {EVERYBODY, ANY_ROLE}


def test_only_what_is_for_everybody_is_described_without_a_token(site: Site[Any]) -> None:
    for path, operations in site.app.openapi()["paths"].items():
        for method, operation in operations.items():
            is_public = EVERYBODY in site.app.state.access[f"{method.upper()} {path}"]
            assert is_public or {"401", "403"} <= operation["responses"].keys(), path


async def test_each_role_may_call_what_its_lines_say_and_nothing_else(site: Site[Any]) -> None:
    for role, person in PERSON_OF.items():
        answers = await statuses(site, person)
        assert 401 not in answers.values()
        refused = {line for line, status in answers.items() if status == 403}
        expected = {
            line for line in answers if site.app.state.access[line].keys().isdisjoint({role, EVERYBODY, ANY_ROLE})
        }
        assert refused == expected, role


async def test_who_is_not_signed_in_may_call_what_is_for_everybody(site: Site[Any]) -> None:
    answers = await statuses(site, None)
    assert 403 not in answers.values()
    refused = {line for line, status in answers.items() if status == 401}
    assert refused == {line for line in answers if EVERYBODY not in site.app.state.access[line]}
