"""The description of a service's interface as a page, from its own OpenAPI document."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from chassis.web.access import EVERYBODY, Access
from chassis.web.pages import render
from chassis.web.problems import ADVICE, TITLES, anchor
from chassis.web.rates import Rate

router = APIRouter(include_in_schema=False)

ACCESS: Access = {"GET /docs": {EVERYBODY: Rate.PUBLIC}}


@dataclass(frozen=True, slots=True)
class Operation:
    """A method at a path. `callers` are roles; `parameters` and `answers` are as OpenAPI has them."""

    id: str
    method: str
    path: str
    description: str
    callers: tuple[str, ...]
    body: str
    parameters: tuple[Mapping[str, Any], ...]
    answers: Mapping[str, str]


@router.get("/docs")
async def interface(request: Request) -> Response:
    """All operations, by their tags."""
    app = request.app
    operations: dict[str, list[Operation]] = {}
    for tags, operation in _operations(app.openapi(), app.state.prefix, app.state.access):
        operations.setdefault(", ".join(tags) or app.title, []).append(operation)
    return render(request, "interface.html", service=app.title, operations=operations, problems=list(_problems()))


def _problems() -> Iterator[tuple[str, int, str, str]]:
    """The anchor, status, title and advice of each kind of problem; the texts are message ids."""
    for status, title in TITLES.items():
        yield anchor(status), status, title, ADVICE[status]


def _operations(document: Mapping[str, Any], prefix: str, access: Access) -> Iterator[tuple[Sequence[str], Operation]]:
    for path, of_path in document["paths"].items():
        for method, described in of_path.items():
            line = f"{method.upper()} {path}"
            yield described.get("tags", ()), _operation(line, prefix, described, tuple(access[line]))


def _operation(line: str, prefix: str, described: Mapping[str, Any], callers: tuple[str, ...]) -> Operation:
    method, path = line.split()
    return Operation(
        id=described["operationId"],
        method=method,
        path=f"{prefix}{path}",
        description=described.get("description", ""),
        callers=callers,
        body=", ".join(described.get("requestBody", {}).get("content", ())),
        parameters=tuple(described.get("parameters", ())),
        answers={status: answer["description"] for status, answer in described["responses"].items()},
    )
