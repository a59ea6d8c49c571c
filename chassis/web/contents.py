"""Bodies that are not of the kind that a route reads, or cannot be read at all: 415 and 400 rather than 422."""

from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import Request, params

from chassis.web.problems import Problem
from chassis.web.texts import _

JSON = "application/json"
MULTIPART = "multipart/form-data"
URL_ENCODED = "application/x-www-form-urlencoded"


def unexpected_content(request: Request) -> Problem | None:
    """The problem of a body whose `Content-Type` is not one that the route reads."""
    body = getattr(request.scope.get("route"), "body_field", None)
    if body is None:
        return None
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    read = (MULTIPART, URL_ENCODED) if isinstance(body.field_info, params.Form) else (JSON,)
    if sent in read or (JSON in read and sent.startswith("application/") and sent.endswith("+json")):
        return None
    return Problem(
        415,
        "unsupported_media_type",
        _("The body is not of the kind that is read here."),
        remedy=_("Send it with Content-Type: %(type)s.", type=read[0]),
        headers={"Accept": ", ".join(read)},
    )


def unreadable(errors: Iterable[Mapping[str, Any]]) -> Problem | None:
    """The problem of a body that is no JSON, with the place where reading it ended; a field of a form has its own."""
    for error in errors:
        match error["type"], error["loc"]:
            case "json_invalid", ("body", int(place)):
                return Problem(
                    400,
                    "invalid_json",
                    _("This is not valid JSON."),
                    remedy=_("Look at the text before its character %(place)d.", place=place + 1),
                )
    return None
