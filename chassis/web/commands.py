"""Writes: the one way in which a request changes something, for the interface and for pages.

A route says what is done, under which locks, and what is answered. The transaction, the locks before the first write,
the idempotency key with its kept reply, the clock, the author, the reason and `If-Match` are handled here::

    @router.post("", status_code=201)
    async def open_cohort(body: OpenCohort, write: CoordinatorWrites) -> CohortReply:
        return await write.run(service.open_cohort, body, locks=[body.cohort_id], reply=CohortReply.of)
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Depends, Request, Response
from pydantic import BaseModel

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.auth.principal import Principal, require
from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent, IdempotentRequest
from chassis.web.pages import see_other
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

VERSION_FIELD = "if_match"
"""The hidden form field that plays the part of the header `If-Match` on pages."""


class WriteRequest:
    """One request of a principal that changes something."""

    def __init__(self, request: Request, response: Response, principal: Principal, once: IdempotentRequest) -> None:
        self.request = request
        self.principal = principal
        self._response = response
        self._once = once

    async def run(
        self,
        operation: Operation[Command, Result],
        command: Command,
        *,
        reply: Callable[[Result], Reply],
        locks: Iterable[Subject] = (),
        subject: Subject | None = None,
    ) -> Reply:
        """Does the work and returns its reply, which is kept under the request's key.

        `subject` is the one thing that `If-Match` names the version of; its new version is answered as `ETag`.
        """
        async with self.transaction(locks, subject, getattr(command, "reason", None)) as unit:
            answer = reply(await operation(unit, command))
            if subject is not None:
                self._response.headers["ETag"] = await _entity_tag(unit.connection, subject)
            return await self._once.record_response(unit.connection, answer)

    async def submit(
        self,
        command_type: type[FormCommand],
        operation: Operation[FormCommand, Result],
        *,
        form: ShowForm[FormCommand],
        done: Done[Result],
        locks: Callable[[FormCommand], Iterable[Subject]] = lambda command: (),
        subject: Subject | None = None,
    ) -> Response:
        """Does the work of a page's form and leads on; a mistake or a rejection shows the form with what was typed."""
        sent = await read_form(self.request, command_type)
        if sent.command is None:
            return await form(sent)
        return await self._finish(operation, sent.command, sent, form, done, locks(sent.command), subject)

    async def press(
        self,
        operation: Operation[Command, Result],
        argument: Command,
        *,
        form: Callable[[Form[BaseModel]], Awaitable[Response]],
        done: Done[Result],
        locks: Iterable[Subject] = (),
        subject: Subject | None = None,
    ) -> Response:
        """Does the work of a button that has no fields; a rejection is shown on the page that holds the button."""
        return await self._finish(operation, argument, Form[BaseModel](), form, done, locks, subject)

    @asynccontextmanager
    async def transaction(
        self, locks: Iterable[Subject] = (), subject: Subject | None = None, reason: str | None = None
    ) -> AsyncIterator[UnitOfWork]:
        """The unit of work of a route whose work does not fit `run`; it ends with `record`."""
        pool = self.request.app.state.resources.pool
        async with self._once.transaction(pool, *locks) as connection:
            await self._check_version(connection, subject)
            yield UnitOfWork(connection, datetime.now(UTC), self.principal.subject, reason)

    async def record(self, unit: UnitOfWork, reply: Reply) -> Reply:
        """Keeps the reply of a route that uses `transaction`, and returns it."""
        return await self._once.record_response(unit.connection, reply)

    async def _finish(
        self,
        operation: Operation[Command, Result],
        command: Command,
        sent: Form[FormCommand],
        form: ShowForm[FormCommand],
        done: Done[Result],
        locks: Iterable[Subject],
        subject: Subject | None,
    ) -> Response:
        try:
            async with self.transaction(locks, subject, getattr(command, "reason", None)) as unit:
                path, notice = done(await operation(unit, command))
                return await self.record(unit, see_other(self.request, path, notice))
        except RejectedError as error:
            return await form(sent.rejected(error.rejection))

    async def _check_version(self, connection: Connection, subject: Subject | None) -> None:
        """Raises `RejectedError` where the request was decided on another version of the subject than the current."""
        expected = await self._expected_version()
        if subject is not None and expected and expected != await _entity_tag(connection, subject):
            raise RejectedError(_OUTDATED)

    async def _expected_version(self) -> str:
        if header := self.request.headers.get("if-match", ""):
            return header
        form = self._once.form
        return "" if form is None else str(form.get(VERSION_FIELD) or "")


def writes(*roles: str) -> Callable[..., Awaitable[WriteRequest]]:
    """The dependency of a route that changes something: the write request of a principal with one of the roles."""

    async def write(
        request: Request,
        response: Response,
        principal: Annotated[Principal, Depends(require(*roles))],
        once: Idempotent,
    ) -> WriteRequest:
        return WriteRequest(request, response, principal, once)

    return write


async def _entity_tag(connection: Connection, subject: Subject) -> str:
    """The subject's current version as an entity tag of RFC 9110; `"0"` for one that has none yet."""
    return f'"{await sql.subject_version.value(connection, subject=str(subject)) or 0}"'


_OUTDATED = Rejection(
    "outdated",
    N_("Somebody else has changed this since you opened it."),
    Kind.OUTDATED,
    remedy=N_("Open it again, look at what changed, and repeat your change where it is still wanted."),
)
