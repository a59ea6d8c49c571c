"""The descriptions of all interfaces, as generators of clients and linters read them."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from chassis.service import create_api
from chassis.web.access import EVERYBODY
from chassis.web.problems import PROBLEM_JSON
from deploy.trial.reference import settings_of
from deploy.trial.web import SERVICES

WITHOUT_CONTENT = {"204", "302", "303", "304", "416"}
ID = re.compile(r"[a-z]+(_[a-z]+)+")


def application(service: str) -> FastAPI:
    return create_api(SERVICES[service], settings_of(SERVICES[service]))


def operations(service: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation with its method and path."""
    for path, of_path in application(service).openapi()["paths"].items():
        for method, operation in of_path.items():
            yield f"{method.upper()} {path}", operation


@pytest.mark.parametrize("service", SERVICES)
def test_each_operation_has_a_short_name_of_its_own(service: str) -> None:
    names = Counter(operation["operationId"] for _, operation in operations(service))
    assert [name for name, times in names.items() if times > 1 or not ID.fullmatch(name)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_each_answer_says_what_it_is_made_of(service: str) -> None:
    for line, operation in operations(service):
        for status, answer in operation["responses"].items():
            content = answer.get("content", {})
            assert bool(content) != (status in WITHOUT_CONTENT), f"{line} {status}"
            assert status in {"404", "416"} or status < "400" or content.keys() == {PROBLEM_JSON}, f"{line} {status}"


@pytest.mark.parametrize("service", SERVICES)
def test_only_what_is_not_public_asks_for_a_token(service: str) -> None:
    access = application(service).state.access
    for line, operation in operations(service):
        is_public = EVERYBODY in access[line]
        assert is_public == ({} in operation.get("security", [{}])), line


@pytest.mark.parametrize("service", SERVICES)
def test_tags_and_licence_are_declared(service: str) -> None:
    described = application(service).openapi()
    used = {tag for _, operation in operations(service) for tag in operation["tags"]}
    assert {tag["name"] for tag in described["tags"]} == used
    assert described["info"]["license"]["identifier"] == "Apache-2.0"


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("address", "contact"),
    [
        ("mailto:systems@minka.example", {"email": "systems@minka.example"}),
        ("https://minka.example/help", {"url": "https://minka.example/help"}),
        (None, None),
    ],
)
def test_the_contact_is_that_of_the_settings(service: str, address: str | None, contact: dict[str, str] | None) -> None:
    settings = settings_of(SERVICES[service]).model_copy(update={"interface_contact": address})
    assert create_api(SERVICES[service], settings).openapi()["info"].get("contact") == contact


@pytest.mark.parametrize("address", ["systems@minka.example", "mailto:systems", "http://minka.example"])
def test_a_contact_that_leads_nowhere_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("MINKA_INTERFACE_CONTACT", address)
    with pytest.raises(ValueError, match="interface_contact"):
        settings_of(SERVICES["reporting"])


@pytest.mark.parametrize("service", SERVICES)
def test_each_name_in_a_path_is_a_parameter(service: str) -> None:
    for line, operation in operations(service):
        named = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)", line)), line


@pytest.mark.parametrize("service", SERVICES)
def test_no_two_models_have_one_name(service: str) -> None:
    """FastAPI tells them apart by the names of their modules, which no generator of clients takes for a name."""
    schemas = application(service).openapi()["components"]["schemas"]
    assert [name for name in schemas if "__" in name] == []
    titles = Counter(schema.get("title", name) for name, schema in schemas.items())
    assert [title for title, times in titles.items() if times > 1] == []


@pytest.mark.parametrize("service", SERVICES)
def test_what_was_created_is_linked_with_what_can_be_done_with_it(service: str) -> None:
    paths = {operation["operationId"]: line.partition(" ")[2] for line, operation in operations(service)}
    for line, operation in operations(service):
        for name, link in operation["responses"].get("201", {}).get("links", {}).items():
            given = {one.removeprefix("path."): value for one, value in link["parameters"].items()}
            assert given.keys() == set(re.findall(r"{(\w+)", paths[name])), f"{line} {name}"
            [created] = {one for one, value in given.items() if value == f"$response.body#/{one}"}
            assert f"{{{created}}}" in paths[name] and f"{{{created}}}" not in line


def test_a_module_is_read_and_changed_by_links_from_its_creation() -> None:
    paths = application("enrollment").openapi()["paths"]
    links = paths["/api/programmes/{programme_id}/modules"]["post"]["responses"]["201"]["links"]
    assert links["show_module"]["parameters"] == {
        "path.programme_id": "$request.path.programme_id",
        "path.module_id": "$response.body#/module_id",
    }
    assert {"show_module", "correct_module"} <= links.keys()
