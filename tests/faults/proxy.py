"""A loopback port before PostgreSQL, which passes everything on until a fault is set up."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from itertools import cycle
from typing import Self
from urllib.parse import urlsplit

Passes = Callable[[bytes], Awaitable[bool]]
"""Gets the bytes on their way; False drops them and cuts the connection."""

CHUNK = 64 * 1024
COMMITTED = b"COMMIT\0"
"""PostgreSQL's reply to a commit."""
ENDED = (COMMITTED, b"ROLLBACK\0")


async def _pass(chunk: bytes) -> bool:
    return True


class Proxy:
    """`request` sees what goes to the database, `reply` what comes back. `refuses` closes every new connection."""

    def __init__(self, url: str) -> None:
        self._url = url
        address = urlsplit(url)
        self._target = (address.hostname, address.port)
        self._connections: set[asyncio.StreamWriter] = set()
        self.request: Passes = _pass
        self.reply: Passes = _pass
        self.refuses = False

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        await asyncio.sleep(0)

    @property
    def url(self) -> str:
        """The database's address through this proxy."""
        host, port = self._target
        return self._url.replace(f"{host}:{port}", f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}")

    def refuse(self) -> None:
        """Cuts every connection, and refuses new ones from now on."""
        self.refuses = True
        self.cut()

    def cut(self) -> None:
        """Cuts every connection."""
        for writer in self._connections:
            writer.transport.abort()

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self.refuses:
            to_client.transport.abort()
            return
        server, to_server = await asyncio.open_connection(*self._target)
        both = {to_client, to_server}
        if self.refuses:  # since the client was accepted, which `cut` did not see
            for writer in both:
                writer.transport.abort()
            return
        self._connections |= both
        ways = [
            asyncio.create_task(_pump(client, to_server, lambda chunk: self.request(chunk))),
            asyncio.create_task(_pump(server, to_client, lambda chunk: self.reply(chunk))),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for writer in both:
            writer.transport.abort()
        self._connections -= both


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passes: Passes) -> None:
    with suppress(ConnectionError):
        while (chunk := await reader.read(CHUNK)) and await passes(chunk):
            writer.write(chunk)
            await writer.drain()


class Statement:
    """Recognizes a named query on its way to the database by its first line, whatever its prepared name."""

    def __init__(self, query: str) -> None:
        first, _, _ = query.partition("\n")
        self._prepared = re.compile(rb"P....(\w*)\0" + re.escape(first.encode()), re.DOTALL)
        self._names: set[bytes] = set()

    def is_in(self, chunk: bytes) -> bool:
        """Whether this chunk executes it. Prepared names are taken from the chunks that prepare it."""
        self._names |= set(self._prepared.findall(chunk))
        return b"B" in chunk and any(b"\0" + name + b"\0" in chunk for name in self._names)


class StatementHold:
    """Holds one execution of a statement, or `after` it its reply, until `release`; `ended` with its transaction."""

    def __init__(self, proxy: Proxy, statement: str, strike: Callable[[], None], after: bool = False) -> None:
        self._statement = Statement(statement)
        self._strike = strike
        self._after = after
        self._executed = False
        self.reached = asyncio.Event()
        self.release = asyncio.Event()
        self.ended = asyncio.Event()
        proxy.request, proxy.reply = self._request, self._reply

    async def _request(self, chunk: bytes) -> bool:
        self._executed = self._statement.is_in(chunk) or self._executed
        return self._after or await self._hold()

    async def _reply(self, chunk: bytes) -> bool:
        passes = not self._after or await self._hold()
        if self.release.is_set() and any(end in chunk for end in ENDED):
            self.ended.set()
        return passes

    async def _hold(self) -> bool:
        if self._executed and not self.reached.is_set():
            self._strike()
            self.reached.set()
            await self.release.wait()
        return True


Recognizes = Callable[[bytes], bool]


class Breakpoints:
    """Stops a program at each recognized request or reply until `resume`; `halted_at` is the name of the breakpoint."""

    def __init__(self, proxy: Proxy, requests: Mapping[str, Recognizes], replies: Mapping[str, Recognizes]) -> None:
        self.halted_at: str | None = None
        self._opened = asyncio.Event()
        proxy.request, proxy.reply = partial(self._halt, requests), partial(self._halt, replies)

    def resume(self) -> None:
        self.halted_at = None
        self._opened.set()

    async def _halt(self, breakpoints: Mapping[str, Recognizes], chunk: bytes) -> bool:
        for name, recognizes in breakpoints.items():
            if recognizes(chunk):
                self._opened.clear()
                self.halted_at = name
                await self._opened.wait()
        return True


Chooses = Callable[[], bool]
"""Whether a fault strikes this time."""


def every(time: int) -> Chooses:
    """Strikes the first of so many times, and the first of the next ones."""
    return cycle([True] + [False] * (time - 1)).__next__


class CutAfterCommit:
    """Cuts the connection after a commit and before its reply, each time that `strikes` says so."""

    def __init__(self, proxy: Proxy, strikes: Chooses) -> None:
        self.struck = 0
        self._strikes = strikes
        proxy.reply = self._reply

    async def _reply(self, chunk: bytes) -> bool:
        cuts = COMMITTED in chunk and self._strikes()
        self.struck += cuts
        return not cuts


class CutAtStatement:
    """Cuts the connection instead of passing a statement on, each time that `strikes` says so."""

    def __init__(self, proxy: Proxy, query: str, strikes: Chooses) -> None:
        self.struck = 0
        self._statement = Statement(query)
        self._strikes = strikes
        proxy.request = self._request

    async def _request(self, chunk: bytes) -> bool:
        cuts = self._statement.is_in(chunk) and self._strikes()
        self.struck += cuts
        return not cuts
