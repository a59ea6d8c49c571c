"""Where something that was created is found: the header `Location` of a 201 (RFC 9110, 15.3.2)."""

from collections.abc import Mapping

from fastapi import Request
from pydantic import BaseModel
from starlette.routing import compile_path

from chassis.web.access import read_paths


def location_of(request: Request, reply: BaseModel) -> str | None:
    """The address of the route that shows what the first identifier of the reply names; None where there is none."""
    values = reply.model_dump(mode="json")
    name = next((name for name in values if name.endswith("_id")), "")
    if not name or values[name] == request.path_params.get(name):
        return None
    known = {**request.path_params, **values}
    paths = [path for path in read_paths(request.app.state.access) if _shows(path, name, known)]
    written_to = request.scope["route"].path
    nearest = min(paths, key=lambda path: not path.startswith(written_to), default=None)
    return nearest and f"{request.app.state.prefix}{nearest.format_map(known)}"


def _shows(path: str, name: str, known: Mapping[str, object]) -> bool:
    """Whether the path is of the one thing that has this identifier, and the rest of it is known."""
    return path.startswith("/api/") and path.endswith(f"/{{{name}}}") and compile_path(path)[2].keys() <= known.keys()
