"""What is sent by a page that was opened before somebody else changed the same thing is refused, and nothing is lost.

The pages are made from the routes: each page that changes something has the name of its line in the interface.
"""

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute

from chassis.web.access import EVERYBODY
from deploy.trial.web import SERVICES
from tests.support.databases import FreshDatabases
from tests.support.routes import routes_of
from tests.test_two_at_once import WRITERS, WRITES, served

ADD = {
    *("publish_module", "copy_programme", "assign_facilitator", "enroll_person", "schedule", "record_figure"),
    *("nominate_member", "hand_over", "add_material"),
}
"""Pages of a thing to which they add another one."""

WITHOUT_VERSION = {"undo_import", "publish_rule"}
"""Pages of things whose changes no version tells: a state that only goes on, and a list that only grows."""

AS_TYPED: Mapping[str, dict[str, str]] = {
    "reschedule": {"day": "2025-06-08", "starts": "09:00", "ends": "10:00", "place": "Escuela"},
    "correct_material": {"title": "Guía revisada", "language": "es", "reason": "content_revised"},
    "close_cohort": {"waiting_list": "dissolve", "reason": "no_further_seats"},
}
"""What a page asks for otherwise than the interface."""

STALE = '"999999"'


def pages(name: str) -> Iterator[tuple[APIRoute, str]]:
    """Each page on which staff change a thing that exists, with its line in the interface."""
    routes = list(routes_of(SERVICES[name]))
    lines = {route.name: line for route in routes if (line := _line(route)) in WRITES[name]}
    for route in routes:
        is_page = "/api/" not in route.path and "POST" in (route.methods or ()) and "{" in route.path
        is_public = EVERYBODY in SERVICES[name].access.get(_line(route), ())
        if is_page and not is_public and route.name in lines.keys() - ADD:
            yield route, lines[route.name]


def _line(route: APIRoute) -> str:
    return f"{next(iter(route.methods or ()))} {route.path}"


def typed(body: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """The body of the interface as a form sends it."""
    sent: dict[str, str] = {}
    for name, value in body.items():
        if isinstance(value, dict):
            sent |= typed(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            sent[prefix + name] = str(value[0])
        else:
            sent[prefix + name] = "yes" if value is True else str(value)
    return sent


@pytest.mark.parametrize("name", WRITES)
async def test_a_page_that_was_opened_before_another_change_is_refused(
    name: str, fresh_databases: FreshDatabases, tmp_path: Path
) -> None:
    async with served(name, fresh_databases, tmp_path) as site:
        gets = {route.path for route in routes_of(SERVICES[name]) if "GET" in (route.methods or ())}
        found = list(pages(name))
        assert found
        for route, line in found:
            write = await WRITES[name][line](site)
            path = route.path.format(**write.ids)
            async with site.browser(WRITERS.get(name, "coordinator"), Accept="text/html") as browser:
                if route.path in gets and route.name not in WITHOUT_VERSION:
                    assert 'name="if_match"' in (await browser.get(path)).text, path
                form = AS_TYPED.get(route.name, typed(write.body))
                answer = await browser.post(path, data=form | {"if_match": STALE})
            assert answer.status_code == 412, (path, answer.status_code, answer.text)
            if route.path in gets:
                assert "Otra persona" in answer.text, path
                kept = [value for field, value in form.items() if field in {"name", "title", "code", "place"}]
                assert all(escape(value) in answer.text for value in kept), path
