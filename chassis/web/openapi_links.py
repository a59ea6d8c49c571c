"""What can be done with what was created, as links of OpenAPI: a program follows them from the answer of a 201."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]

_NAME = re.compile(r"{(\w+)}")


def add_links(document: Document) -> None:
    """Links each creation with the operations whose address names what was created, and nothing unknown besides."""
    operations = list(_operations(document))
    for path, operation in operations:
        created = operation["responses"].get("201")
        known = _NAME.findall(path)
        if created is None or (name := _identifier(document, created)) is None or name in known:
            continue
        values = {**{one: f"$request.path.{one}" for one in known}, name: f"$response.body#/{name}"}
        asked = {other["operationId"]: _NAME.findall(other_path) for other_path, other in operations}
        links = {to: names for to, names in asked.items() if name in names and values.keys() >= set(names)}
        if links:
            created["links"] = {to: _link(to, names, values) for to, names in links.items()}


def _operations(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, of_path in document["paths"].items():
        for operation in of_path.values():
            yield path, operation


def _identifier(document: Document, created: Document) -> str | None:
    """The first identifier of the answer, by which what was created is found."""
    schema = created["content"]["application/json"]["schema"]
    model = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return next((name for name in model["properties"] if name.endswith("_id")), None)


def _link(operation: str, names: Iterable[str], values: Mapping[str, str]) -> dict[str, Any]:
    return {"operationId": operation, "parameters": {f"path.{name}": values[name] for name in names}}
