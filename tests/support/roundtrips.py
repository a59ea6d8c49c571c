"""Counting round trips: a proxy that counts how often the direction of the traffic changes."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class RoundTrips:
    """A proxy whose `count` grows by one whenever the client sends something after the server has."""

    def __init__(self, server: str) -> None:
        self.server = urlsplit(server)
        self.count = 0
        self._served = True

    async def connected(self, reader: StreamReader, writer: StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection(self.server.hostname, self.server.port)
        await asyncio.gather(self._asked(reader, ours), self._answered(theirs, writer))

    async def _asked(self, reader: StreamReader, writer: StreamWriter) -> None:
        while piece := await reader.read(1 << 16):
            self.count += self._served
            self._served = False
            writer.write(piece)
        writer.close()

    async def _answered(self, reader: StreamReader, writer: StreamWriter) -> None:
        while piece := await reader.read(1 << 16):
            self._served = True
            writer.write(piece)
        writer.close()


@asynccontextmanager
async def counted(url: str) -> AsyncIterator[tuple[str, RoundTrips]]:
    """The address of a server through which the round trips to `url` are counted."""
    trips = RoundTrips(url)
    server = await asyncio.start_server(trips.connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    yield url.replace(f":{trips.server.port}/", f":{port}/"), trips
    server.close()
    with suppress(TimeoutError):
        await asyncio.wait_for(server.wait_closed(), 1)
