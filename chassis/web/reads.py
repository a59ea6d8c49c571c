"""Reads of people's data: the one way in which a request reads about people, for the interface and for pages.

A function that reads about people takes the `ReadRequest` of the route, and says what it shows::

    @router.get("/api/sessions/{session_id}/roster")
    async def show_roster(session: VisibleSession, res: Res, read: Read) -> Roster:
        entries = await service.roster(read, res.pool, session.session_id)

    async def roster(read: ReadRequest, pool: Pool, session_id: UUID) -> list[RosterEntry]:
        return read.shows(await sql.roster.all(pool, RosterEntry, session_id=session_id))

The entry of the audit trail is added when the route is done, and before its answer leaves. Where it cannot be added,
the answer is a 503 instead.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, get_args
from uuid import UUID

import asyncpg
import structlog
from fastapi import Depends, Request

from chassis.store.database import TRANSIENT
from chassis.web.access import SignedIn
from chassis.web.audit_trail import store as audit_trail
from chassis.web.audit_trail.store import Entry, action_of, people_of, subject_of
from chassis.web.auth.principal import THE_PUBLIC, Principal
from chassis.web.problems import Problem
from chassis.web.texts import _
from chassis.web.views import Format

log = structlog.get_logger()

Rows = TypeVar("Rows", bound=Collection[Any])


class ReadRequest:
    """One request of a principal that reads about people."""

    def __init__(self, request: Request, principal: Principal) -> None:
        self.principal = principal
        self._request = request
        self._shown: int | None = None
        self._people: Sequence[UUID] = ()

    def reads(self, rows: Rows) -> Rows:
        """Returns what is read for the answer. The entry has its number unless the answer says what it shows."""
        if self._shown is None:
            self._shown = len(rows)
        return rows

    def shows(self, rows: Rows, people: Sequence[UUID] | None = None) -> Rows:
        """Returns the rows, which the answer will show: the entry has the number of those that were named last.

        It has the `people` too whom they are about; unless these are given, they are read from the rows.
        """
        self._shown = len(rows)
        self._people = people_of(rows) if people is None else people
        return rows

    async def record(self) -> None:
        """Adds the entry if anything was read. Raises a 503 where it cannot be added."""
        if self._shown is None:
            return
        try:
            await audit_trail.add(self._request.app.state.resources.pool, self._entry(self._shown))
        except (asyncpg.PostgresError, *TRANSIENT) as error:
            log.error("read was not recorded", exc_info=error)
            raise Problem(
                503,
                "read_not_recorded",
                _("Who reads people's data is recorded, and it could not be recorded now."),
                remedy=_("Try again in a minute."),
                headers={"Retry-After": "60"},
            ) from error

    def _entry(self, shown: int) -> Entry:
        request = self._request
        asked = request.query_params.get("format")
        exported = asked if asked in get_args(Format) else None
        return Entry(
            "read",
            self.principal.subject,
            action_of(request),
            subject_of(request),
            self._people,
            shown=shown,
            format=exported,
        )


@dataclass(frozen=True, slots=True)
class Work:
    """Work that reads about people and shows nobody anything, such as matching; the name is for those who look for it.

    A write that does such work has an entry of its own.
    """

    name: str

    def reads(self, rows: Rows) -> Rows:
        """Returns what is read."""
        return rows

    def shows(self, rows: Rows, people: Sequence[UUID] | None = None) -> Rows:
        """Returns the rows, which nobody is shown."""
        return rows


Reader = ReadRequest | Work
"""What a function that reads about people is given."""


async def read_request(request: Request, principal: SignedIn) -> AsyncIterator[ReadRequest]:
    """The dependency of a route that reads about people."""
    read = ReadRequest(request, principal)
    yield read
    await read.record()


async def public_read_request(request: Request) -> AsyncIterator[ReadRequest]:
    """The dependency of a route by which people read about themselves, without signing in."""
    read = ReadRequest(request, THE_PUBLIC)
    yield read
    await read.record()


PublicRead = Annotated[ReadRequest, Depends(public_read_request, scope="function")]
Read = Annotated[ReadRequest, Depends(read_request, scope="function")]
