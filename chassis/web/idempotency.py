"""A request sent twice is done once: its answer is kept under its Idempotency-Key, in the work's own transaction.

What is kept holds no personal data: only replies of ids and counts may be kept, and of the request only a digest whose
key is the client's own, which is not stored. After `KEPT` all of it is forgotten.
"""

import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from fastapi.datastructures import FormData
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from chassis.store.database import Connection, Pool, lock
from chassis.store.queries import queries
from chassis.web.access import check_access
from chassis.web.auth.principal import Principal
from chassis.web.inputs import FORM_LIMITS
from chassis.web.problems import Problem
from chassis.web.texts import _

ABOUT_KEY = (
    "The client's own key, such as a random UUID: for seven days, the same request with the same key is done once."
)

FIELD = "idempotency_key"
"""The hidden form field that plays the header's part on pages."""

KEPT = timedelta(days=7)
"""How long an answer is kept, which is how long a client may send its request again."""

FORGET = "idempotency_keys.forget"
"""The kind of the job that forgets answers, in every service."""

FORGET_EVERY = timedelta(hours=1)

Reply = TypeVar("Reply", bound=BaseModel | Response)

_CHARACTERS = "[A-Za-z0-9_:-]{8,128}"
_KEY = re.compile(_CHARACTERS)
_PATTERN = {"pattern": f'^(?:"{_CHARACTERS}"|{_CHARACTERS})$'}
"""What descriptions say of the header; the draft of it wants 400 for another, and FastAPI would answer 422."""

_LONGEST_HEADER = 130
"""Characters of a key in quotes, as the header's draft writes it (a string of RFC 9651)."""

_sql = queries(__package__)


class Replayed(Exception):
    """This request was answered before; `response` is that answer."""

    def __init__(self, response: Response) -> None:
        self.response = response


class IdempotentRequest:
    """One request's claim to be done once. Without a key nothing is stored; `form` is what a page sent, if it did."""

    def __init__(
        self, subject: str, route: str, key: str | None, fingerprint: bytes, status: int, form: FormData | None = None
    ) -> None:
        self.form = form
        self._key = {"subject": subject, "route": route, "key": key}
        self._fingerprint = fingerprint
        self._status = status
        self._recorded = False

    @asynccontextmanager
    async def transaction(self, pool: Pool, *subjects: UUID | str) -> AsyncIterator[Connection]:
        """As `database.transaction`; a repeated request ends here with the recorded response.

        The key is locked before the subjects and before any write, so that a second, concurrent request waits for the
        first one's reply and versions keep their order. Raises `RuntimeError` where no response was recorded.
        """
        async with pool.acquire() as connection, connection.transaction():
            if self._key["key"] is not None:
                await self._replay(connection)
            await lock(connection, *subjects)
            yield connection
            if not self._recorded:
                raise RuntimeError("the handler ended without recording its response")

    async def record_response(self, connection: Connection, reply: Reply, location: str | None = None) -> Reply:
        """Stores the reply beside the work it tells of, and returns it. Only ids and counts, never personal data.

        `location` is where the reply's sender finds what was created.
        """
        self._recorded = True
        if self._key["key"] is not None:
            parts = _parts(reply, self._status, location)
            await _sql.record_response.execute(connection, **self._key, fingerprint=self._fingerprint, **parts)
        return reply

    async def _replay(self, connection: Connection) -> None:
        await _sql.lock_idempotency_key.execute(connection, key="\n".join(map(str, self._key.values())))
        stored = await _sql.recorded_response.fetch_row(connection, **self._key)
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


async def forget_answers(pool: Pool, now: datetime) -> None:
    """Deletes the answers that are older than `KEPT`."""
    await _sql.forget_answers.execute(pool, until=now - KEPT)


async def sent_form(request: Request) -> AsyncIterator[FormData | None]:
    """The form that was sent, if it is one; its files are closed when the request is over."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        yield None
        return
    async with request.form(**FORM_LIMITS) as form:
        yield form


async def idempotent_request(
    request: Request,
    form: Annotated[FormData | None, Depends(sent_form)],
    principal: Annotated[Principal | None, Depends(check_access)],
    idempotency_key: Annotated[str | None, Header(description=ABOUT_KEY, json_schema_extra=_PATTERN)] = None,
) -> IdempotentRequest:
    """The dependency. Pages send the key as the hidden field `idempotency_key`."""
    key = _sent_key(idempotency_key, form)
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
        key=key and _keyed(request, key).hexdigest(),
        fingerprint=await _fingerprint(request, form, key) if key else b"",
        status=route.status_code or 200,
        form=form,
    )


def _sent_key(header: str | None, form: FormData | None) -> str | None:
    """The key as it is, whether it stands in quotes or not. An empty header is a key that is not valid."""
    if header is None:
        return (form and str(form.get(FIELD) or "")) or None
    is_quoted = len(header) in range(2, _LONGEST_HEADER + 1) and header[0] == header[-1] == '"'
    return header[1:-1] if is_quoted else header


Idempotent = Annotated[IdempotentRequest, Depends(idempotent_request)]


async def _fingerprint(request: Request, form: FormData | None, key: str) -> bytes:
    """A digest of what is asked, to be computed with the client's key alone: what a form says could be guessed."""
    digest = _keyed(request, key)
    digest.update(f"\n{request.url.path}?{request.url.query}\n".encode())
    digest.update(await request.body() if form is None else await _form_bytes(form))
    return digest.digest()


def _keyed(request: Request, key: str) -> hmac.HMAC:
    """Begins a digest under the client's key and our secret."""
    secret = request.app.state.settings.session_secret.get_secret_value()
    return hmac.new(f"{key}\n{secret}".encode(), b"idempotency", hashlib.sha256)


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


def _parts(reply: BaseModel | Response, status: int, location: str | None) -> dict[str, object]:
    if isinstance(reply, BaseModel):
        return {"status": status, "location": location, "reply": reply.model_dump(mode="json")}
    return {"status": reply.status_code, "location": reply.headers.get("location"), "reply": None}


def _again(status: int, location: str | None, reply: object) -> Response:
    headers = {"Idempotency-Replayed": "true", **({"Location": location} if location else {})}
    if reply is None:
        return Response(status_code=status, headers=headers)
    return Response(json.dumps(reply, ensure_ascii=False), status, headers, "application/json")
