"""Writes: the one way in which a request changes something, for the interface and for pages.

A route says what is done, under which locks, and what is answered. The transaction, the locks before the first write,
the idempotency key with its kept reply, the entry of the audit trail, the clock, the author, the reason and `If-Match`
are handled here::

    @router.post("", status_code=201)
    async def open_cohort(body: OpenCohort, write: Write) -> CohortReply:
        return await write.run(service.open_cohort, body, locks=[body.cohort_id], reply=CohortReply.of)
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from starlette.datastructures import MutableHeaders

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.audit_trail import store as audit_trail
from chassis.web.audit_trail.store import Entry, action_of, last_identifier, subject_of
from chassis.web.auth.principal import THE_PUBLIC
from chassis.web.created import location_of
from chassis.web.forms import VERSION_FIELD, Form, read_form
from chassis.web.idempotency import Idempotent, IdempotentRequest
from chassis.web.pages import see_other
from chassis.web.reads import Read, ReadRequest
from chassis.web.texts import N_

sql = queries(__package__)

Command = TypeVar("Command")
FormCommand = TypeVar("FormCommand", bound=BaseModel)
Result = TypeVar("Result")
Reply = TypeVar("Reply", bound=BaseModel | Response)

Subject = UUID | str
Operation = Callable[[UnitOfWork, Command], Awaitable[Result]]
"""A function of a service's `service.py`: it works in the caller's transaction and raises `RejectedError`."""

ShowForm = Callable[[Form[FormCommand]], Awaitable[Response]]
"""Renders the page of a form, empty or as it was sent."""

Done = Callable[[Result], tuple[str, str]]
"""Where a page leads after its work: a path of the service, and the notice that is shown there once."""

ReadTag = Callable[[Connection], Awaitable[str]]
"""Reads the entity tag of what a request changes, under its lock."""

IF_MATCH = "The version that this was decided on, as `ETag` names it; another current one is answered with 412."
LONGEST_IF_MATCH = 200
_TAG = r'(?:W/)?"[!#-~]*"'
ENTITY_TAGS = rf"^(?:\*|{_TAG}(?:[ \t]*,[ \t]*{_TAG})*)$"
"""The pattern of `If-Match` (RFC 9110, 13.1.1). What is empty or has no quotes would pass for no condition, or for an
outdated one."""
NO_VERSION = '"0"'
"""The entity tag of what has no version yet, or none any more."""


class WriteRequest:
    """One request of a principal that changes something. `read` is for the people that a page shows after a mistake."""

    def __init__(
        self, request: Request, response: Response, read: ReadRequest, once: IdempotentRequest, if_match: str | None
    ) -> None:
        self.request = request
        self.read = read
        self.principal = read.principal
        self._subject = last_identifier(request)
        self._if_match = if_match or _sent_with_form(once)
        self._response = response
        self._once = once

    async def run(
        self,
        operation: Operation[Command, Result],
        command: Command,
        *,
        reply: Callable[[Result], Reply],
        locks: Iterable[Subject] = (),
        tag: ReadTag | None = None,
    ) -> Reply:
        """Does the work and returns its reply, which is kept under the request's key.

        The last identifier of the address is the subject of the write: `If-Match` names the version of it that somebody
        decided on, and its new version is answered as `ETag`. `tag` reads that of something without events.
        """
        tag = tag or self._tag_of_subject
        async with self.transaction(locks, reason_of(command), tag) as unit:
            result = await operation(unit, command)
            answer = reply(result)
            if tag:
                self._headers_of(answer)["ETag"] = await tag(unit.connection)
            return await self.record(unit, answer, result, command)

    async def submit(
        self,
        command_type: type[FormCommand],
        operation: Operation[FormCommand, Result],
        *,
        form: ShowForm[FormCommand],
        done: Done[Result],
        locks: Callable[[FormCommand], Iterable[Subject]] = lambda command: (),
        tag: ReadTag | None = None,
    ) -> Response:
        """Does the work of a page's form and leads on; a mistake or a rejection shows the form with what was typed.

        `tag` reads the version of something without events.
        """
        sent = await read_form(self.request, command_type)
        if sent.command is None:
            return await form(sent)
        return await self._finish(operation, sent.command, sent, form, done, locks(sent.command), tag)

    async def upload(
        self,
        command_type: type[FormCommand],
        store: Callable[[FormCommand], Awaitable[Command]],
        operation: Operation[Command, Result],
        *,
        form: ShowForm[FormCommand],
        done: Done[Result],
        locks: Callable[[Command], Iterable[Subject]],
    ) -> Response:
        """As `submit`, for a form whose file is stored first, because no transaction should wait for that.

        `store` raises `RejectedError`, or returns the command of the operation.
        """
        sent = await read_form(self.request, command_type)
        if sent.command is None:
            return await form(sent)
        try:
            command = await store(sent.command)
        except RejectedError as error:
            return await form(sent.rejected(error.rejection))
        return await self._finish(operation, command, sent, form, done, locks(command))

    async def press(
        self,
        operation: Operation[Command, Result],
        argument: Command,
        *,
        form: Callable[[Form[BaseModel]], Awaitable[Response]],
        done: Done[Result],
        locks: Iterable[Subject] = (),
        tag: ReadTag | None = None,
    ) -> Response:
        """Does the work of a button that has no fields; a rejection is shown on the page that holds the button.

        `tag` reads the version of something without events.
        """
        return await self._finish(operation, argument, Form[BaseModel](), form, done, locks, tag)

    @asynccontextmanager
    async def transaction(
        self,
        locks: Iterable[Subject] = (),
        reason: StrEnum | None = None,
        tag: ReadTag | None = None,
        if_match: str = "",
    ) -> AsyncIterator[UnitOfWork]:
        """The unit of work of a route whose work does not fit `run`; it ends with `record`.

        `if_match` is what a form says that has a version for each of several things.
        """
        pool = self.request.app.state.resources.pool
        async with self._once.transaction(pool, *locks) as connection:
            await _check_version(connection, if_match or self._if_match, tag or self._tag_of_subject)
            yield UnitOfWork(connection, datetime.now(UTC), self.principal.subject, reason)

    async def record(self, unit: UnitOfWork, reply: Reply, *described: object) -> Reply:
        """Adds the entry of the audit trail, about what is `described`; keeps the reply, and returns it."""
        subject = subject_of(self.request, *described)
        entry = Entry("write", unit.author, action_of(self.request), subject, unit.people, reason=unit.reason)
        await audit_trail.add(unit.connection, entry)
        return await self._once.record_response(unit.connection, reply, self._locate(reply))

    def _headers_of(self, reply: BaseModel | Response) -> MutableHeaders:
        """The headers of the answer: a reply that is a response takes none from the response of the dependencies."""
        return reply.headers if isinstance(reply, Response) else self._response.headers

    def _locate(self, reply: BaseModel | Response) -> str | None:
        """Says in the answer where something created is found."""
        if not isinstance(reply, BaseModel) or self.request.scope["route"].status_code != 201:
            return None
        location = location_of(self.request, reply)
        if location:
            self._response.headers["Location"] = location
        return location

    async def _finish(
        self,
        operation: Operation[Command, Result],
        command: Command,
        sent: Form[FormCommand],
        form: ShowForm[FormCommand],
        done: Done[Result],
        locks: Iterable[Subject],
        tag: ReadTag | None = None,
    ) -> Response:
        try:
            async with self.transaction(locks, reason_of(command), tag) as unit:
                result = await operation(unit, command)
                return await self.record(unit, see_other(self.request, *done(result)), result, command)
        except RejectedError as error:
            return await form(sent.rejected(error.rejection))

    @property
    def _tag_of_subject(self) -> ReadTag | None:
        return partial(entity_tag, subject=self._subject) if self._subject else None


async def write_request(
    request: Request,
    response: Response,
    read: Read,
    once: Idempotent,
    if_match: Annotated[
        str | None, Header(description=IF_MATCH, max_length=LONGEST_IF_MATCH, pattern=ENTITY_TAGS)
    ] = None,
) -> WriteRequest:
    """The dependency of a route that changes something."""
    return WriteRequest(request, response, read, once, if_match)


Write = Annotated[WriteRequest, Depends(write_request)]


async def public_write_request(request: Request, response: Response, once: Idempotent) -> WriteRequest:
    """The dependency of a route by which everybody may change something, signed in or not."""
    return WriteRequest(request, response, ReadRequest(request, THE_PUBLIC), once, None)


PublicWrite = Annotated[WriteRequest, Depends(public_write_request)]


def reason_of(command: object) -> StrEnum | None:
    """The reason of an enumeration that the command has. Free text may name people and stays with what it explains."""
    reason = getattr(command, "reason", None)
    return reason if isinstance(reason, StrEnum) else None


async def entity_tag(connection: Connection | Pool, subject: UUID | None) -> str:
    """The subject's current version as an entity tag of RFC 9110; `"0"` for one that has none yet."""
    return f'"{await sql.subject_version.value(connection, subject=str(subject)) or 0}"'


async def form_on(connection: Connection | Pool, subject: UUID) -> Form[Any]:
    """The form with the version of the subject that somebody decides on by it, read before what the page shows."""
    return Form({VERSION_FIELD: await entity_tag(connection, subject)})


async def _check_version(connection: Connection, if_match: str, tag: ReadTag | None) -> None:
    """Raises `RejectedError` where the request was decided on another version of its subject than the current."""
    if if_match and tag is None:
        raise RejectedError(_NO_VERSION)
    if if_match and tag and not _matches(if_match, await tag(connection)):
        raise RejectedError(OUTDATED)


def _matches(if_match: str, current: str) -> bool:
    """Whether the header names the current version, in its list or by `*`. A weak tag never matches."""
    tags = {tag.strip() for tag in if_match.split(",")}
    return current in tags or ("*" in tags and current != NO_VERSION)


def _sent_with_form(once: IdempotentRequest) -> str:
    return "" if once.form is None else str(once.form.get(VERSION_FIELD) or "")


_NO_VERSION = Rejection(
    "no_version",
    N_("If-Match is for a thing that exists; this request adds one."),
    Kind.OUTDATED,
    remedy=N_("Send it without If-Match."),
)
OUTDATED = Rejection(
    "outdated",
    N_("Somebody else has changed this since you opened it."),
    Kind.OUTDATED,
    remedy=N_("Open it again, look at what changed, and repeat your change where it is still wanted."),
)
