"""The description of a service's interface: what FastAPI reads from the routes, and which problems each may answer."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from chassis.web.access import EVERYBODY
from chassis.web.auth.principal import bearer
from chassis.web.openapi_links import add_links
from chassis.web.problems import PROBLEM_JSON, TITLES, ProblemDetails, address_of_type
from chassis.web.rates import Rate

DEFAULT: dict[int | str, dict[str, Any]] = {
    "default": {"model": ProblemDetails, "description": "A problem (RFC 9457)."}
}
"""Declared by every route, so that the model of problems is described and FastAPI adds no other."""


def content_of(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that answers with files of these types."""
    return {200: {"content": {media_type: {} for media_type in media_types}}}


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document; made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            routes=app.routes,
            servers=app.servers,
            contact=_contact(app.state.settings.interface_contact),
            license_info=LICENCE,
        )
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _describe(operation, method, path, app.state.access[f"{method.upper()} {path}"])
        add_links(document)
        document["components"]["schemas"][ProblemDetails.__name__]["properties"]["type"]["enum"] = _types(app)
        document["tags"] = [{"name": tag} for tag in _tags(document)]
        app.openapi_schema = document
    return app.openapi_schema


def name_of(route: APIRoute) -> str:
    """The id of an operation: the name of its function, which generated clients call their own functions."""
    return route.name


def _describe(operation: dict[str, Any], method: str, path: str, rates: Mapping[str, Rate]) -> None:
    """Says who may call the operation, and what it may answer besides what it does."""
    if EVERYBODY not in rates:
        operation["security"] = _SIGNED_IN
    elif "security" in operation:  # whoever signs in may see more
        operation["security"] = [{}, *_SIGNED_IN]
    own = operation["responses"]
    own.pop("default", None)
    if "201" in own:
        own["201"]["headers"] = {"Location": _LOCATION}
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _without_null(parameter["schema"])
        if parameter["name"] == "after":
            own["200"]["headers"] = {"Link": _LINK}
    problems = {str(status): _problem(status) for status in _problems(path, method, operation)}
    operation["responses"] = {**own, **problems, **own}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter, which is left out or has a value: nobody can send null in an address or a header."""
    kinds = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    others = {name: value for name, value in schema.items() if name != "anyOf"}
    return schema if not kinds else {**others, **kinds[0]} if len(kinds) == 1 else {**others, "anyOf": kinds}


def docs_of(app: FastAPI) -> str:
    """The address of the page that documents the interface."""
    return f"{app.state.settings.public_url}{app.state.prefix}/docs"


def _contact(address: str | None) -> dict[str, str] | None:
    """The `contact` of the interface at this address of a mail box or a page."""
    if address is None:
        return None
    return {"email": address.removeprefix("mailto:")} if address.startswith("mailto:") else {"url": address}


def _types(app: FastAPI) -> list[str]:
    """Every `type` that a problem can have."""
    return [*(address_of_type(docs_of(app), status) for status in TITLES), "about:blank"]


def _tags(document: Mapping[str, Any]) -> Iterator[str]:
    """The tags of all operations, each once, in their order."""
    operations = (operation for of_path in document["paths"].values() for operation in of_path.values())
    yield from dict.fromkeys(tag for operation in operations for tag in operation.get("tags", ()))


LICENCE = {"name": "Apache 2.0", "identifier": "Apache-2.0"}
"""The licence of the interface. That of the data is in the answers."""

_SIGNED_IN: list[dict[str, list[str]]] = [{bearer.scheme_name: []}]

_LINK = {
    "description": 'What follows, as `rel="next"` (RFC 8288); absent at the end of the list.',
    "schema": {"type": "string"},
}

_LOCATION = {"description": "Where it is shown, if it has an address.", "schema": {"type": "string"}}


def _problems(path: str, method: str, operation: Mapping[str, Any]) -> Iterator[int]:
    """The statuses of the problems that an operation may answer."""
    yield from (400, 414, 422, 429, 431, 503)
    if "security" in operation:
        yield from (401, 403)
    if "{" in path or method != "get":
        yield 404
    if method != "get":
        yield from (409, 410, 412, 413, 415)


def _problem(status: int) -> dict[str, Any]:
    content = {PROBLEM_JSON: {"schema": {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}}}
    return {"description": f"{TITLES[status]} (RFC 9457).", "content": content}
