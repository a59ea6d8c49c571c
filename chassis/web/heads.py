"""HEAD wherever there is GET (RFC 9110, 9.1): the route answers as for GET, and its content is left out."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


def with_head(headers: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """These headers; an `Allow` with GET names HEAD too."""
    allowed = (headers or {}).get("Allow", "").split(", ")
    if headers is None or "GET" not in allowed or "HEAD" in allowed:
        return headers
    return {**headers, "Allow": ", ".join(sorted([*allowed, "HEAD"]))}
