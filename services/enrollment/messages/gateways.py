"""Carriers of messages: a mail server by SMTP, and whatever sends texts to telephones behind an HTTP address.

Each sends one message and returns when the other side has taken it over. Raises `RefusedError` where the address will
never do, and `UnavailableError` where another attempt may. A message whose sender died is sent again with the same
`Message-ID` or `Idempotency-Key`, by which the other side knows it.
"""

from dataclasses import dataclass
from email.message import EmailMessage
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
    """The other side refuses this message for good, with its code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class UnavailableError(Exception):
    """The other side cannot take the message now. It says nothing of the message, which has an address."""


class Gateway(Protocol):
    """What carries a message."""

    async def send(self, message: OutgoingMessage) -> None: ...


@dataclass(frozen=True, slots=True)
class SmtpGateway:
    """A mail server at `smtp://user:password@host:587` (STARTTLS where it is offered) or `smtps://…:465`."""

    url: SecretStr
    sender: str

    async def send(self, message: OutgoingMessage) -> None:
        """Sends an e-mail."""
        address = urlsplit(self.url.get_secret_value())
        try:
            await aiosmtplib.send(
                self._email(message),
                hostname=address.hostname,
                port=address.port,
                username=unquote(address.username) if address.username else None,
                password=unquote(address.password) if address.password else None,
                use_tls=address.scheme == "smtps",
                timeout=SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _refusal(min(one.code for one in error.recipients)) from None
        except aiosmtplib.SMTPDataError as error:
            raise _refusal(error.code) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise UnavailableError(type(error).__name__) from None

    def _email(self, message: OutgoingMessage) -> EmailMessage:
        email = EmailMessage()
        email["From"], email["To"], email["Subject"] = self.sender, message.to, message.subject
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
        headers = {"Authorization": f"Bearer {self.token.get_secret_value()}", "Idempotency-Key": body["id"]}
        try:
            async with httpx.AsyncClient(timeout=SECONDS) as http:
                answer = await http.post(self.url, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise UnavailableError(type(error).__name__) from None
        if answer.status_code in {400, 404, 410, 422}:
            raise RefusedError(answer.status_code)
        if not answer.is_success:
            raise UnavailableError(str(answer.status_code))


def _refusal(code: int) -> Exception:
    """Codes of 500 and more are for good (RFC 5321, 4.2.1)."""
    return RefusedError(code) if code >= 500 else UnavailableError(str(code))
