"""Bodies of requests: how large they may be, before anything reads them. Those of strangers are small."""

from starlette.requests import Request
from starlette.types import Message, Receive

from chassis.web.auth.principal import bearer, not_signed_in, optional_principal
from chassis.web.problems import Problem
from chassis.web.texts import _

LARGEST_UPLOAD = 20 * 1024 * 1024
"""Bytes of a form with files."""

LARGEST_BODY = 1024 * 1024
"""Bytes of any other body: the scans of a thousand people are a third of it."""

LARGEST_OF_STRANGERS = 64 * 1024
"""Bytes that are read before it is known who sends them."""

LONGEST_NUMBER = 18
"""Digits of a declared length that are looked at; such a body is too large in any case."""


def limited(request: Request) -> Receive:
    """The request's body, which ends in a problem where it is too large, or too large for somebody unknown."""
    largest = LARGEST_UPLOAD if _is_upload(request) else LARGEST_BODY
    declared, received, is_known = _declared(request), 0, False

    async def admit(size: int) -> None:
        nonlocal is_known
        if size > largest:
            raise _too_large(largest)
        if size > LARGEST_OF_STRANGERS and not is_known:
            await _check_known(request)
            is_known = True

    async def receive() -> Message:
        nonlocal received
        await admit(declared)
        message = await request.receive()
        received += len(message.get("body", b""))
        await admit(received)
        return message

    return receive


def _is_upload(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith("multipart/form-data")


def _declared(request: Request) -> int:
    """The length that the request declares; 0 where it declares none."""
    text = request.headers.get("content-length", "")
    return int(text[:LONGEST_NUMBER]) if text.isdecimal() else 0


async def _check_known(request: Request) -> None:
    """Raises a 401 where nobody is signed in, also by a token that was renewed since the request came in."""
    request = Request(request.scope)
    if await optional_principal(request, await bearer(request)) is None:
        raise not_signed_in()


def _too_large(largest: int) -> Problem:
    megabytes = largest // 1024 // 1024
    return Problem(
        413,
        "too_large",
        _("A request may bring at most %(megabytes)d MB.", megabytes=megabytes),
        remedy=_("Send it in parts."),
    )
