"""Entity tags of what everybody may read, and 304 for whoever has it already (RFC 9110, 13; RFC 9111)."""

from hashlib import blake2b

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.web.access import Access
from chassis.web.auth.principal import has_credentials
from chassis.web.cross_origin import matcher, public_paths, route_path

DESCRIBES_CONTENT = ("content-length", "content-type", "content-encoding", "content-disposition")
"""Headers that an answer without content does not have."""


def weak_tag(content: bytes) -> str:
    """A tag that is equal for equal content, however it is compressed."""
    return f'W/"{blake2b(content, digest_size=12).hexdigest()}"'


def matches(if_none_match: str, tag: str) -> bool:
    """Whether the header names the tag, by weak comparison."""
    named = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return tag.removeprefix("W/") in named or named == {"*"}


class ConditionalReads:
    """Compares entity tags for every GET, and gives one to public answers that have none.

    A route that answers with times of its own, such as how fresh a figure is, sets a tag that leaves them out.
    """

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self.is_public = matcher(public_paths(access))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        is_public = self.is_public(route_path(scope)) and not has_credentials(request)
        answer = _Answer(send, request.headers.get("if-none-match", ""), is_public)
        await self.app(scope, receive, answer.send)


class _Answer:
    """One answer on its way: held back while its tag is not known, left out where the reader has it."""

    def __init__(self, send: Send, if_none_match: str, is_public: bool) -> None:
        self._forward = send
        self._if_none_match = if_none_match
        self._is_public = is_public
        self._start: Message | None = None
        self._content = bytearray()
        self._is_known = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._start is not None:
            await self._hold(message)
        elif not self._is_known:
            await self._forward(message)

    async def _begin(self, message: Message) -> None:
        headers = MutableHeaders(scope=message)
        if message["status"] != 200 or "no-store" in headers.get("cache-control", ""):
            await self._forward(message)
        elif "etag" in headers:
            await self._tagged(message, headers["etag"])
        elif self._is_public and "content-length" in headers and "set-cookie" not in headers:
            self._start = message
        else:
            await self._forward(message)

    async def _hold(self, message: Message) -> None:
        """Keeps content until all of it is there: it was made in memory, as its length was known."""
        self._content += message.get("body", b"")
        if message.get("more_body"):
            return
        start, self._start = self._start, None
        assert start is not None
        await self._tagged(start, weak_tag(bytes(self._content)))
        if not self._is_known:
            await self._forward({"type": "http.response.body", "body": bytes(self._content)})

    async def _tagged(self, message: Message, tag: str) -> None:
        headers = MutableHeaders(scope=message)
        headers["ETag"] = tag
        if self._is_public:
            headers.setdefault("Cache-Control", "no-cache")
            headers.add_vary_header("Authorization")
        if not (self._if_none_match and matches(self._if_none_match, tag)):
            await self._forward(message)
            return
        self._is_known = True
        for name in DESCRIBES_CONTENT:
            if name in headers:
                del headers[name]
        await self._forward({**message, "status": 304})
        await self._forward({"type": "http.response.body", "body": b""})
