"""Every list that programs read, found by what its answer is made of: it pages within bounds, or it is named here."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from chassis.web.views import MOST_ROWS
from deploy.trial.web import SERVICES
from tests.edges.test_openapi import application

WHOLE = {
    "enrollment GET /api/programmes/{programme_id}": "a programme with its modules",
    "enrollment GET /api/programmes/{programme_id}/modules/{module_id}": "a module with its outcomes",
    "enrollment GET /api/programmes/{programme_id}/materials": "the materials of one programme",
    "enrollment GET /api/programmes/{programme_id}/changes": "what a few people corrected of one thing",
    "enrollment GET /api/targets/{target_id}/changes": "what a few people corrected of one thing",
    "enrollment GET /api/cohorts/{cohort_id}/changes": "what a few people corrected of one thing",
    "enrollment GET /api/organizations/{organization_id}/changes": "what a few people corrected of one thing",
    "enrollment GET /api/enrollments/{enrollment_id}/changes": "what a few people corrected of one thing",
    "enrollment GET /api/organizations/{organization_id}/contact": "a contact with what it was before",
    "enrollment GET /api/cohorts/{cohort_id}/nominated-seats": "organizations that have seats of one cohort",
    "enrollment GET /api/organizations/{organization_id}/seats": "seats of one organization that are not over",
    "enrollment GET /api/organizations/{organization_id}/substitutions": "the substitutions of one organization",
    "enrollment GET /api/cohorts/{cohort_id}/enrollments": "names are put on a roster as a whole",
    "enrollment GET /api/cohorts/{cohort_id}/sessions/{session_id}/list": "a list that is printed and signed",
    "enrollment GET /api/consent-texts/{purpose}": "the versions of one text",
    "enrollment GET /api/people/{person_id}/record": "what a person is given of all that is stored of them",
    "enrollment GET /api/data-requests/{request_id}": "a request with what is known of it",
    "enrollment GET /api/imports/{import_id}": "a file with its tabs",
    "enrollment GET /api/imports/{import_id}/preview": "the first rows of a file",
    "enrollment GET /api/imports/{import_id}/undo": "what prevents one import from being undone",
    "enrollment GET /api/public/programmes/{programme_id}": "a programme with its modules and materials",
    "enrollment GET /api/staff/{staff_id}/absences": "the absences of one colleague",
    "sessions GET /api/sessions/{session_id}/roster": "the people of one session, kept by a device without a network",
    "sessions GET /api/cohorts/{cohort_id}/plan": "a plan with its modules",
    "sessions GET /api/cohorts/{cohort_id}/progress": "the people of one cohort",
    "reporting GET /api/indicators": "the catalogue of the indicators, which the release fixes",
    "reporting GET /api/indicators/{indicator}": "a figure, of which a part would be another figure",
}
"""The answers that have a list and come as a whole, each with what bounds it or why it is not divided."""


def lists(service: str) -> Iterator[tuple[str, dict[str, Any], Mapping[str, Any]]]:
    """Each operation that reads a list, with its line and the model of its answer."""
    document = application(service).openapi()
    for path, of_path in document["paths"].items():
        if "get" in of_path:
            schema = of_path["get"]["responses"].get("200", {}).get("content", {}).get("application/json", {})
            model = _resolved(schema.get("schema", {}), document)
            if _is_list(model) or any(map(_is_list, model.get("properties", {}).values())):
                yield f"{service} GET {path}", of_path["get"], model


def _resolved(schema: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    resolved: Mapping[str, Any] = document["components"]["schemas"][name] if name else schema
    return resolved


def _is_list(schema: Mapping[str, Any]) -> bool:
    return "array" in {schema.get("type"), *(one.get("type") for one in schema.get("anyOf", ()))}


@pytest.mark.parametrize("service", SERVICES)
def test_every_list_pages_within_bounds(service: str) -> None:
    for line, operation, model in lists(service):
        if line not in WHOLE:
            query = {one["name"]: one["schema"] for one in operation.get("parameters", ()) if one["in"] == "query"}
            assert {"after", "limit"} <= query.keys(), f"{line} does not page"
            assert (query["limit"].get("minimum"), query["limit"].get("maximum")) == (1, MOST_ROWS), line
            assert query["after"]["maxLength"], line
            assert "next" in model["properties"], line
            assert "Link" in operation["responses"]["200"]["headers"], line


def test_what_comes_as_a_whole_is_a_list_that_does_not_page() -> None:
    found = {line: operation for service in SERVICES for line, operation, _ in lists(service)}
    assert WHOLE.keys() <= found.keys()
    for line in WHOLE:
        assert "after" not in {one["name"] for one in found[line].get("parameters", ())}, line
