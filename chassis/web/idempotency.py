"""A request sent twice is done once: its answer is kept under its Idempotency-Key, in the work's own transaction.

What is kept holds no personal data: only replies of ids and counts may be kept, and of the request only a keyed digest.
"""

import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from fastapi.datastructures import FormData
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from chassis.store.database import Connection, Pool, lock
from chassis.store.queries import queries
from chassis.web.auth.principal import Principal, optional_principal
from chassis.web.problems import Problem
from chassis.web.texts import _

FIELD = "idempotency_key"
"""The hidden form field that plays the header's part on pages."""

Reply = TypeVar("Reply", bound=BaseModel | Response)

_KEY = re.compile(r"[A-Za-z0-9_:-]{8,128}")
_sql = queries(__package__)


class Replayed(Exception):
    """This request was answered before; `response` is that answer."""

    def __init__(self, response: Response) -> None:
        self.response = response


class IdempotentRequest:
    """One request's claim to be done once. Without a key it is a plain transaction."""

    def __init__(self, subject: str, route: str, key: str | None, fingerprint: bytes, status: int) -> None:
        self._row = (subject, route, key)
        self._fingerprint = fingerprint
        self._status = status
        self._kept = key is None

    @asynccontextmanager
    async def transaction(self, pool: Pool, *subjects: UUID | str) -> AsyncIterator[Connection]:
        """As `database.transaction`; a request answered before ends here, with that answer.

        The key is locked before the subjects and before any write, so that a second, concurrent request waits for the
        first one's answer and versions keep their order.
        """
        async with pool.acquire() as connection, connection.transaction():
            if not self._kept:
                await self._answered_before(connection)
            await lock(connection, *subjects)
            yield connection
            if not self._kept:
                raise RuntimeError("the handler ended without keeping its answer")

    async def keep(self, connection: Connection, reply: Reply) -> Reply:
        """Stores the answer beside the work it tells of, and returns it. Only ids and counts, never personal data."""
        if not self._kept:
            self._kept = True
            await connection.execute(_sql.keep_answer.text, *self._row, self._fingerprint, *_parts(reply, self._status))
        return reply

    async def _answered_before(self, connection: Connection) -> None:
        await connection.execute(_sql.lock_idempotency_key.text, "\n".join(map(str, self._row)))
        stored = await connection.fetchrow(_sql.answer.text, *self._row)
        if stored is None:
            return
        if not hmac.compare_digest(stored["fingerprint"], self._fingerprint):
            raise Problem(
                422,
                "idempotency_key_reused",
                _("This Idempotency-Key was used for another request."),
                remedy=_("Send a new key with a new request."),
            )
        raise Replayed(_again(stored["status"], stored["location"], stored["reply"]))


async def sent_form(request: Request) -> AsyncIterator[FormData | None]:
    """The form that was sent, if it is one; its files are closed when the request is over."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        yield None
        return
    async with request.form() as form:
        yield form


async def idempotent_request(
    request: Request,
    form: Annotated[FormData | None, Depends(sent_form)],
    principal: Annotated[Principal | None, Depends(optional_principal)],
    idempotency_key: Annotated[
        str | None, Header(description="The client's own key: the same request with the same key is done once.")
    ] = None,
) -> IdempotentRequest:
    """The dependency. Pages send the key as the hidden field `idempotency_key`."""
    key = idempotency_key or (form and str(form.get(FIELD) or "")) or None
    if key is not None and not _KEY.fullmatch(key):
        raise Problem(
            400,
            "invalid_idempotency_key",
            _("An Idempotency-Key has 8 to 128 letters, digits, hyphens or underscores."),
        )
    route = request.scope["route"]
    return IdempotentRequest(
        subject=principal.subject if principal else "",
        route=f"{request.method} {request.app.state.prefix}{route.path}",
        key=key,
        fingerprint=await _fingerprint(request, form),
        status=route.status_code or 200,
    )


Idempotent = Annotated[IdempotentRequest, Depends(idempotent_request)]


async def _fingerprint(request: Request, form: FormData | None) -> bytes:
    """A keyed digest of what is asked; keyed, because the digest of a short document number could be guessed."""
    secret = request.app.state.settings.session_secret.get_secret_value().encode()
    digest = hmac.new(secret, f"idempotency\n{request.url.path}?{request.url.query}\n".encode(), hashlib.sha256)
    digest.update(await request.body() if form is None else await _form_bytes(form))
    return digest.digest()


async def _form_bytes(form: FormData) -> bytes:
    """The form's content without its multipart boundary, which differs each time."""
    fields = [(name, await _value(value)) for name, value in form.multi_items() if name != FIELD]
    return json.dumps(fields).encode()


async def _value(value: UploadFile | str) -> str:
    if isinstance(value, str):
        return value
    content = await value.read()
    await value.seek(0)
    return f"{value.filename} {hashlib.sha256(content).hexdigest()}"


def _parts(reply: BaseModel | Response, status: int) -> tuple[int, str | None, object]:
    if isinstance(reply, BaseModel):
        return status, None, reply.model_dump(mode="json")
    return reply.status_code, reply.headers.get("location"), None


def _again(status: int, location: str | None, reply: object) -> Response:
    headers = {"Idempotency-Replayed": "true", **({"Location": location} if location else {})}
    if reply is None:
        return Response(status_code=status, headers=headers)
    return Response(json.dumps(reply, ensure_ascii=False), status, headers, "application/json")
