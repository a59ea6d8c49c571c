"""A mail server and a gateway to telephones on loopback, which keep what they are sent."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

PORTION = 100_000
"""Bytes that are sent at once."""


@dataclass
class MailServer:
    """A server at `url`. `refused` maps recipients to the reply that they get instead of `250`."""

    url: str = ""
    received: list[EmailMessage] = field(default_factory=list)
    senders: list[str | None] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802 (the name that aiosmtpd calls)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if reply := self.refused.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.senders.append(envelope.mail_from)
        self.received.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    """Serves until the block ends."""
    mail = MailServer()
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(mail), "127.0.0.1", 0)
    mail.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield mail


@dataclass
class TelephoneGateway:
    """A gateway at `url` that answers each text with `status` and a body of so many bytes.

    One that is `slow` never comes to the end of its answer.
    """

    url: str = ""
    status: int = 202
    body_bytes: int = 0
    slow: bool = False
    received: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    body_sent: int = 0
    connections: list["asyncio.Task[None]"] = field(default_factory=list)

    def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(asyncio.create_task(self._served(reader, writer)))

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._answer(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[1:]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head)}
        self.received.append((headers, json.loads(await reader.readexactly(int(headers["content-length"])))))
        if self.slow:
            writer.write(b"HTTP/1.1 202 -\r\n")
            await reader.read()
            return
        head_of_answer = f"HTTP/1.1 {self.status} -\r\nContent-Length: {self.body_bytes}\r\nConnection: close\r\n\r\n"
        writer.write(head_of_answer.encode())
        for _ in range(self.body_bytes // PORTION):
            writer.write(bytes(PORTION))
            await writer.drain()
            self.body_sent += PORTION


@asynccontextmanager
async def telephone_gateway() -> AsyncIterator[TelephoneGateway]:
    """Serves until the block ends."""
    gateway = TelephoneGateway()
    server = await asyncio.start_server(gateway.connected, "127.0.0.1", 0)
    gateway.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/texts"
    async with server:
        yield gateway
    await asyncio.gather(*gateway.connections)
