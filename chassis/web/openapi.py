"""The description of a service's interface: what FastAPI reads from the routes, and which problems each may answer."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from chassis.web.access import EVERYBODY
from chassis.web.auth.principal import bearer
from chassis.web.problems import PROBLEM_JSON, TITLES, ProblemDetails

DEFAULT: dict[int | str, dict[str, Any]] = {
    "default": {"model": ProblemDetails, "description": "A problem (RFC 9457)."}
}
"""Declared by every route, so that the model of problems is described and FastAPI adds no other."""


def describe(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document; made once."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, routes=app.routes, servers=app.servers)
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if EVERYBODY not in app.state.access[f"{method.upper()} {path}"]:
                    operation["security"] = [{bearer.scheme_name: []}]
                own = operation["responses"]
                own.pop("default", None)
                if "201" in own:
                    own["201"]["headers"] = {"Location": _LOCATION}
                problems = {str(status): _problem(status) for status in _problems(path, method, operation)}
                operation["responses"] = {**own, **problems, **own}
        app.openapi_schema = document
    return app.openapi_schema


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
