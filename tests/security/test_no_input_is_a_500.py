"""Whatever is sent is either taken or refused with a reason: no input is an error of ours."""

import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from fastapi import params
from fastapi.routing import APIRoute

from chassis.store.database import Pool
from chassis.tests.conftest import database, pool  # noqa: F401
from chassis.tests.serving import serve
from chassis.web.access import EVERYBODY
from chassis.web.contents import JSON, MULTIPART, URL_ENCODED
from chassis.web.file_types import byte_range
from chassis.web.forms import nested
from chassis.web.inputs import LARGEST_FIELD, MOST_FIELDS, Input
from chassis.web.problems import Problem
from chassis.web.rates import Rate
from deploy.trial.web import SERVICES
from services.sessions.calendar.pages import DayForm
from tests.support.routes import routes_of, whole_document
from tests.support.sites import Site

PEOPLE = {"media": "communications"}
"""Who may do most in a service; a coordinator where it is not named."""

HOSTILE = (
    "", "\x00", "a\x00b", "9" * 5000, "-1", str(2**31), str(2**63), "-" + "9" * 30, "1e999", "0001-01-01", "9999-12-31",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "١٢", "😀" * 100, "%", "F" * 32, "a" * 3000,
)  # fmt: skip
NOT_UTF_8 = "%ED%A0%80%FF"
BODIES = (
    b"", b"{", b"[]", b"null", b"0", b'"text"', b"\xff\xfe", b'{"a":' + b"9" * 5000 + b"}", b"[" * 30_000,
    b'{"a":NaN}', b'{"a":1e999}', b'{"\\ud800":"\\ud800"}', b'{"a\\u0000":"\\u0000"}', b'{"' + b"a" * 5000 + b'":1}',
)  # fmt: skip
FORMS = (
    b"a=x&a.b=y", b"a.b=y&a=x", b"a=x&a=y&a.b.c=z", b"." * 5000 + b"=1", b"=1", b"&" * 3000, b"a=%00", b"a=%ED%A0%80",
    b"%00=a", b"a=1&" * 5000, b"state.x=present&state=y", b"document.number=1&document=2", b"consents=x&consents=y",
    b"name=a&name=b&title=c&title=d&reason=e&reason=f&district=g&district=h&starts_on=1&starts_on=2",
    b"day=0001-01-01&starts=10:00&ends=11:00&place=x&title=x&kind=training&district=060101",
    b"day=2099-12-31&starts=23:00&ends=23:30&place=x&title=x&kind=training&district=060101",
    b"day=2025-05-01&starts=10:00Z&ends=11:00&place=x&title=x&kind=training&district=060101",
)  # fmt: skip


def integers(
    schema: Any, path: str, definitions: dict[str, Any], seen: tuple[str, ...] = ()
) -> Iterator[tuple[str, Any]]:
    """Each integer in a JSON schema, with its place."""
    if isinstance(schema, list):
        for part in schema:
            yield from integers(part, path, definitions, seen)
    elif isinstance(schema, dict):
        if (reference := schema.get("$ref")) and reference not in seen:
            name = reference.rpartition("/")[2]
            yield from integers(definitions[name], path, definitions, (*seen, reference))
        if schema.get("type") == "integer":
            yield path, schema
        for key in ("anyOf", "allOf", "oneOf", "items", "additionalProperties", "prefixItems"):
            yield from integers(schema.get(key), path, definitions, seen)
        for name, part in schema.get("properties", {}).items():
            yield from integers(part, f"{path}.{name}", definitions, seen)


def is_bounded(schema: dict[str, Any]) -> bool:
    return bool({"minimum", "exclusiveMinimum"} & schema.keys() and {"maximum", "exclusiveMaximum"} & schema.keys())


def inputs(of: type[Input] = Input) -> Iterator[type[Input]]:
    for kind in of.__subclasses__():
        yield kind
        yield from inputs(kind)


@pytest.mark.parametrize("name", SERVICES)
def test_every_integer_of_a_request_has_both_bounds(name: str) -> None:
    document = whole_document(SERVICES[name])
    definitions = document.get("components", {}).get("schemas", {})
    found: list[tuple[str, Any]] = []
    for path, operations in document["paths"].items():
        for operation in operations.values():
            taken = [(one["name"], one["schema"]) for one in operation.get("parameters", [])]
            content = operation.get("requestBody", {}).get("content", {})
            taken += [("body", one["schema"]) for one in content.values()]
            for place, schema in taken:
                found += integers(schema, f"{path} {place}", definitions)
    assert found, "the check has lost its subject"
    assert [place for place, schema in found if not is_bounded(schema)] == []


def test_every_integer_of_a_form_has_both_bounds() -> None:
    found: list[tuple[str, Any]] = []
    for kind in inputs():
        if "tests" not in kind.__module__ and kind.__name__ != "PublishAsset":  # made from a file that was measured
            schema = kind.model_json_schema()
            found += integers(schema, kind.__name__, schema.get("$defs", {}))
    assert len(found) > 5
    assert [place for place, schema in found if not is_bounded(schema)] == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_body_is_an_input(name: str) -> None:
    """What is no `Input` could bring a text that cannot be stored."""
    for route in routes_of(SERVICES[name]):
        for field in route.dependant.body_params:
            kind = field.field_info.annotation
            if isinstance(kind, type) and issubclass(kind, dict | list):
                pytest.fail(f"{route.path} takes {kind}")
            if isinstance(kind, type) and hasattr(kind, "model_fields"):
                assert issubclass(kind, Input), f"{route.path} takes {kind}"


def address_of(route: APIRoute, values: dict[str, str]) -> str:
    return re.sub(r"{(\w+)(:path)?}", lambda found: values.get(found[1], str(uuid4())), route.path)


def hostile_addresses(route: APIRoute) -> Iterator[str]:
    """The route with one parameter after the other hostile."""
    coded = [*(quote(value, safe="") for value in HOSTILE), NOT_UTF_8]
    for name, value in product([one.alias for one in route.dependant.path_params], coded):
        yield address_of(route, {name: value})
    for name, value in product(query_names(route.dependant), coded):
        yield f"{address_of(route, {})}?{name}={value}"


def query_names(dependant: Any) -> set[str]:
    own = {one.alias for one in dependant.query_params}
    return own.union(*(query_names(part) for part in dependant.dependencies))


async def test_no_address_is_a_500(site: Site[Any]) -> None:
    service = SERVICES[site.app.title]
    failed = []
    for person in (PEOPLE.get(service.name, "coordinator"), "operator"):
        async with site.browser(person) as browser:
            for route in routes_of(service):
                is_operators = "/operator/" in route.path
                if "GET" not in (route.methods or ()) or is_operators != (person == "operator"):
                    continue
                if route.path == "/api/stream":
                    continue  # endless where it is taken
                for address in hostile_addresses(route):
                    answer = await browser.get(address)
                    if answer.status_code >= 500:
                        failed.append(f"{answer.status_code} {address[:100]}")
    assert failed == []


def read_by(route: APIRoute) -> tuple[str, ...]:
    """The kinds of content that the route reads. Whatever else is sent is refused by its kind alone."""
    if route.body_field is None:
        return ()
    return (MULTIPART, URL_ENCODED) if isinstance(route.body_field.field_info, params.Form) else (JSON,)


async def test_no_body_is_a_500(site: Site[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.sessions.replicas.service.REPLICATION_TIMEOUT_SECONDS", 0)
    service = SERVICES[site.app.title]
    kinds = {JSON: BODIES, URL_ENCODED: FORMS, MULTIPART: BODIES}
    failed = []
    async with site.browser(PEOPLE.get(service.name, "coordinator")) as browser:
        for route in routes_of(service):
            for kind, bodies in kinds.items() if "POST" in (route.methods or ()) else ():
                for body in bodies if kind in read_by(route) else bodies[1:2]:
                    answer = await browser.post(address_of(route, {}), content=body, headers={"content-type": kind})
                    if answer.status_code >= 500:
                        failed.append(f"{answer.status_code} {route.path} {kind} {body[:40]!r}")
    assert failed == []


async def test_no_header_is_a_500(site: Site[Any]) -> None:
    paths = {"media": f"/files/{uuid4()}", "": "/api/stream"}
    async with site.browser() as browser:
        for name, value in product(
            ("range", "content-length", "last-event-id", "if-match", "if-none-match", "idempotency-key", "cookie",
             "accept-language", "authorization", "traceparent", "x-correlation-id", "content-type"),
            ("9" * 5000, "bytes=" + "9" * 5000 + "-", "é", "²", "-1", "Bearer é", "minka_token=é; minka_sign_in=é"),
        ):  # fmt: skip
            path = paths.get(site.app.title, "/nothing")
            answer = await browser.get(path, headers={name.encode(): value.encode()})
            assert answer.status_code < 500, f"{name}: {value[:20]}"


@pytest.mark.parametrize("header", ["bytes=" + "9" * 5000, "bytes=" + "9" * 5000 + "-", "bytes=0-" + "9" * 5000])
def test_a_range_of_too_many_digits_is_no_range(header: str) -> None:
    assert byte_range(header, 100) == (0, 100)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"a": "x", "a.b": "y"}, "a.b"),
        ({"a.b": "y", "a": "x"}, "a"),
        ({"a": ["x", "y"], "a.b": "z"}, "a.b"),
        ({"a.b.c": "x", "a.b": "y"}, "a.b"),
    ],
)
def test_a_field_that_is_a_value_and_has_parts_is_refused(values: dict[str, str | list[str]], field: str) -> None:
    with pytest.raises(Problem) as refused:
        nested(values)
    assert (refused.value.status_code, refused.value.field) == (422, field)


def test_parts_of_a_form_are_nested_as_deep_as_any_command() -> None:
    assert nested({"a": "1", "b.c": "2", "b.d": ["3", "4"], "e": ""}) == {"a": "1", "b": {"c": "2", "d": ["3", "4"]}}
    assert json.dumps(nested({"." * 100_000: "x"})).count("{") == 5


async def test_a_form_of_too_many_or_too_large_fields_is_refused() -> None:
    key = {"content-type": "application/x-www-form-urlencoded"}
    async with serve().gardener() as gardener:
        for body in ("kind=a&" * (MOST_FIELDS + 1), f"kind={'a' * (LARGEST_FIELD + 1)}"):
            assert (await gardener.post("/sample/trees", content=body, headers=key)).status_code == 400


async def test_what_no_column_can_hold_is_refused(pool: Pool) -> None:  # noqa: F811
    """Even where nobody bounded it before."""
    site = serve(pool)
    site.app.state.access["GET /api/beyond"] = {EVERYBODY: Rate.PUBLIC}

    @site.app.get("/api/beyond")
    async def beyond(number: int) -> int | None:
        found: int | None = await pool.fetchval("SELECT 1 WHERE $1::int > 0", number)
        return found

    async with site.gardener() as gardener:
        answer = await gardener.get("/sample/api/beyond", params={"number": "9" * 30})
    assert (answer.status_code, answer.json()["code"]) == (422, "not_storable")


@pytest.mark.parametrize(
    "kind",
    [one for one in inputs() if one.model_fields and "tests" not in one.__module__],
    ids=lambda one: one.__name__,
)
def test_a_text_that_cannot_be_stored_names_its_field(kind: type[Input]) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 (pydantic's)
        kind.model_validate(dict.fromkeys(kind.model_fields, "a\x00b"))
    reasons = {error["loc"][0]: str(error["msg"]) for error in refused.value.errors()}  # type: ignore[attr-defined]
    assert reasons.keys() >= kind.model_fields.keys()
    assert all("cannot be stored" in reason for reason in reasons.values())


@pytest.mark.parametrize(
    "hours",
    [
        {"day": "0001-01-01", "starts": "10:00", "ends": "11:00"},
        {"day": "2099-12-31", "starts": "23:00", "ends": "23:30"},
        {"day": "2025-05-01", "starts": "10:00Z", "ends": "11:00"},
    ],
)
def test_hours_out_of_reach_are_refused_as_input(hours: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        DayForm.model_validate({**hours, "place": "Local comunal"})
