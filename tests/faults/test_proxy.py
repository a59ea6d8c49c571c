"""The proxy takes the database away from connections that are just being opened, too."""

import asyncio
from typing import Any

import pytest

from tests.faults.proxy import Proxy

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def test_a_connection_that_is_being_opened_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program with such a connection did the work that was meant to be lost."""
    database = await asyncio.start_server(_say_ready, "127.0.0.1", 0)
    opening, released = asyncio.Event(), asyncio.Event()
    connect = asyncio.open_connection

    async def connect_slowly(*address: Any) -> Streams:
        opening.set()
        await released.wait()
        return await connect(*address)

    async with database, Proxy(f"postgresql://127.0.0.1:{database.sockets[0].getsockname()[1]}/any") as proxy:
        port = int(proxy.url.rpartition(":")[2].partition("/")[0])
        monkeypatch.setattr(asyncio, "open_connection", connect_slowly)
        client, to_proxy = await connect("127.0.0.1", port)
        await opening.wait()
        proxy.refuse()
        released.set()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await client.readexactly(5)
        to_proxy.close()


async def _say_ready(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"ready")
    writer.close()
