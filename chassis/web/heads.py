"""HEAD wherever there is GET (RFC 9110, 9.1): the route answers as for GET, and its content is left out. `Allow` names
it."""

import re
from functools import cache

from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.web.access import Access

ASKED_METHOD = "minka.asked_method"
"""The key of the scope with the method as it was sent, for a route whose GET does more than a HEAD may."""


class HeadMiddleware:
    """Has routes see GET in the place of HEAD, and ends their answer after its headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        answered = False

        async def without_content(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                await send(message)
                await send({"type": "http.response.body", "body": b""})

        async def until_answered() -> Message:
            return {"type": "http.disconnect"} if answered else await receive()  # a stream would never end

        inner = {**scope, "method": "GET", ASKED_METHOD: "HEAD"}
        try:
            await self.app(inner, until_answered, without_content)
        finally:
            scope["route"] = inner.get("route")  # telemetry names it


def allowed_methods(access: Access, path: str) -> str:
    """The `Allow` of a path (RFC 9110, 10.2.1): of all its routes, where the router names those of the first alone."""
    lines = (line.split(" ") for line in access)
    allowed = {method for method, template in lines if _expression(template).match(path)}
    return ", ".join(sorted(allowed | {"HEAD"} if "GET" in allowed else allowed))


@cache
def _expression(template: str) -> re.Pattern[str]:
    return compile_path(template)[0]
