"""Carriers of messages: a mail server by SMTP, and whatever sends texts to telephones behind an HTTP address.

Each sends one message and returns when the other side has taken it over. Raises `RefusedError` where the address will
never do, `PostponedError` where another attempt may, and `UnavailableError` where no message can be sent at all. A
message whose sender died is sent again with the same `Message-ID` or `Idempotency-Key`, by which the other side knows
it. Nothing that the other side answers is read beyond its code, however long it is.
"""

import asyncio
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import localtime
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

import aiosmtplib
import httpx
from pydantic import SecretStr

SECONDS = 30.0
"""How long one message may take."""


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A message with everything filled in. `to` is an e-mail address, or a number in the form of ITU-T E.164.

    At `stop_address` its reader gets no more; the text has it, too.
    """

    message_id: UUID
    to: str
    subject: str
    text: str
    language: str
    stop_address: str


class RefusedError(Exception):
    """The other side refuses this message for good, with its code; None where no such address can be asked for."""

    def __init__(self, code: int | None) -> None:
        super().__init__(str(code))
        self.code = code


class PostponedError(Exception):
    """The other side does not take this message now. It says nothing of the message, which has an address."""


class UnavailableError(Exception):
    """The other side takes no message now."""


class Gateway(Protocol):
    """What carries a message."""

    async def send(self, message: OutgoingMessage) -> None: ...


@dataclass(frozen=True, slots=True)
class SmtpGateway:
    """A mail server at `smtp://user:password@host:587` (STARTTLS where it is offered) or `smtps://…:465`."""

    url: SecretStr
    sender: str
    bounce_address: str = ""
    """Where undeliverable messages come back, each to this address with its own identifier behind a `+`."""

    async def send(self, message: OutgoingMessage) -> None:
        """Sends an e-mail."""
        address = urlsplit(self.url.get_secret_value())
        try:
            async with asyncio.timeout(SECONDS):
                await aiosmtplib.send(
                    self._email(message),
                    sender=self._returned_to(message.message_id),
                    hostname=address.hostname,
                    port=address.port,
                    username=unquote(address.username) if address.username else None,
                    password=unquote(address.password) if address.password else None,
                    use_tls=address.scheme == "smtps",
                    timeout=SECONDS,
                )
        except (ValueError, aiosmtplib.SMTPNotSupported):
            raise RefusedError(None) from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal(min(one.code for one in error.recipients)) from None
        except aiosmtplib.SMTPDataError as error:
            raise _refusal(error.code) from None
        except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPAuthenticationError, ConnectionRefusedError) as error:
            raise UnavailableError(type(error).__name__) from None
        except (aiosmtplib.SMTPException, OSError) as error:  # a timeout is an OSError
            raise PostponedError(type(error).__name__) from None

    def _returned_to(self, message_id: UUID) -> str | None:
        """The sender of the envelope; None for the sender of the e-mail."""
        mailbox, _, domain = self.bounce_address.rpartition("@")
        return f"{mailbox}+{message_id}@{domain}" if mailbox else None

    def _email(self, message: OutgoingMessage) -> EmailMessage:
        email = EmailMessage()
        email["From"], email["To"], email["Subject"] = self.sender, message.to, message.subject
        email["Date"] = localtime()
        email["Message-ID"] = f"<{message.message_id}@{self.sender.rpartition('@')[2].rstrip('>')}>"
        email["Auto-Submitted"] = "auto-generated"
        email["List-Unsubscribe"] = f"<{message.stop_address}>"
        email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        email.set_content(message.text)
        email["Content-Language"] = message.language
        return email


@dataclass(frozen=True, slots=True)
class HttpGateway:
    """Whatever takes `POST {"id", "to", "text"}` with a bearer token, and answers 2xx once it has the message."""

    url: str
    token: SecretStr

    async def send(self, message: OutgoingMessage) -> None:
        """Sends a text to a telephone."""
        body = {"id": str(message.message_id), "to": message.to, "text": message.text}
        token = self.token.get_secret_value()
        headers = {"Idempotency-Key": body["id"]} | ({"Authorization": f"Bearer {token}"} if token else {})
        try:
            async with (
                asyncio.timeout(SECONDS),
                httpx.AsyncClient(timeout=SECONDS) as http,
                http.stream("POST", self.url, json=body, headers=headers) as answer,
            ):
                status = answer.status_code
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
            raise UnavailableError(type(error).__name__) from None
        except (httpx.HTTPError, TimeoutError) as error:
            raise PostponedError(type(error).__name__) from None
        if status in {400, 404, 410, 422}:
            raise RefusedError(status)
        if status in {401, 403}:
            raise UnavailableError(str(status))
        if not httpx.codes.is_success(status):
            raise PostponedError(str(status))


def _refusal(code: int) -> Exception:
    """Codes of 500 and more are for good (RFC 5321, 4.2.1)."""
    return RefusedError(code) if code >= 500 else PostponedError(str(code))
