"""What an operator sees of dead letters and decides about them; never a value, nor what could be personal data."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from chassis.runtime import jobs
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool, Row
from chassis.store.queries import queries
from chassis.web.inputs import Input
from chassis.web.pagination import Page, fetch_page
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from chassis.web.views import View
from contracts.envelope import CONSTANTS, HEADER_NAMES, Headers

sql = queries(__package__)

REDRIVE = "dead_letters.redrive"
"""The kind of the job that redrives what was requested."""

_FORMS = {
    "ce_id": re.compile(r"[0-9a-fA-F-]{36}"),
    "ce_source": re.compile(r"(/[a-z0-9-]+){1,5}"),
    "ce_type": re.compile(r"[A-Za-z]+(\.[A-Za-z]+)+\.v[0-9]+"),
    "ce_time": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+([+-][0-9:]+|Z)"),
    "ce_aggregateversion": re.compile(r"[0-9]+"),
    "ce_sentas": re.compile(r"[A-Za-z]+(\.[A-Za-z]+)+\.v[0-9]+( [A-Za-z]+(\.[A-Za-z]+)+\.v[0-9]+)+"),
    **{name: re.compile(re.escape(value)) for name, value in CONSTANTS.items()},
}
"""The headers that are shown, where they have this form. Subject and key are not: they may be a person's pseudonym."""

HIGHEST = 2**63 - 1
"""The highest number that a dead letter can have."""

LIST = "/operator/dead-letters"
"""The address of the list, inside of the service."""

KINDS = {"parked": N_("Parked"), "quarantined": N_("Quarantined")}
STATES = {
    "waiting": N_("Waiting"),
    "redriving": N_("Being handled again"),
    "redriven": N_("Handled"),
    "discarded": N_("Discarded"),
}
STATE_BADGES: Mapping[Any, str] = {"waiting": "waiting", "redriven": "good"}

DEAD_LETTERS = Table(
    "dead_letters",
    N_("Records that could not be handled"),
    key="id",
    order="id",
    columns=(
        Column("id", N_("Number"), "code", link=LIST + "/{row.id}"),
        Column("state", N_("State"), labels=STATES, badges=STATE_BADGES, filtered=True),
        Column("queues_behind", N_("Behind"), "code", link=LIST + "/{row.queues_behind}"),
        Column("kind", N_("Kind"), labels=KINDS, filtered=True),
        Column("error_class", N_("Error"), "code", searched=True),
        Column("type", N_("Event type"), "code", searched=True),
        Column("place", N_("Where"), "code", searched=True),
        Column("attempts", N_("Attempts"), "number"),
        Column("parked_at", N_("Since"), "instant"),
    ),
)


class DiscardReason(StrEnum):
    """Why a dead letter is given up. Nobody types a text, which could name somebody and would be kept."""

    SENT_BY_MISTAKE = "sent_by_mistake"
    TEST = "test"
    SUPERSEDED = "superseded"
    NOT_AN_EVENT = "not_an_event"
    OTHER = "other"


DISCARD_REASONS: Mapping[Any, str] = {
    DiscardReason.SENT_BY_MISTAKE: N_("It was sent by mistake"),
    DiscardReason.TEST: N_("It was sent as a test"),
    DiscardReason.SUPERSEDED: N_("A later record replaces it"),
    DiscardReason.NOT_AN_EVENT: N_("It is no event"),
    DiscardReason.OTHER: N_("Another reason"),
}


@dataclass(frozen=True)
class DeadLetterSummary:
    """A row of the list.

    `place` is topic-partition@offset; `queues_behind` is the number of the key's first open dead letter, before this.
    """

    id: int
    kind: str
    state: str
    consumer: str
    topic: str
    partition: int
    offset: int
    place: str
    type: str | None
    error_class: str
    error: str
    attempts: int
    code_version: str
    parked_at: datetime
    settled_at: datetime | None
    reason: DiscardReason | None
    queues_behind: int | None


@dataclass(frozen=True)
class DeadLetterDetails(DeadLetterSummary):
    """All that is shown of a dead letter.

    `value_sha256` is hexadecimal; `headers` has the names of an event's headers, `other_headers` counts those of other
    names, which can be anything; `envelope` has the readable headers that tell of nobody, and `queue` the open dead
    letters of its key, in order.
    """

    has_key: bool
    value_bytes: int | None
    value_sha256: str | None
    headers: Sequence[str]
    other_headers: int
    envelope: Mapping[str, str]
    queue: Sequence[int]

    @property
    def is_open(self) -> bool:
        """Whether it can be redriven or discarded."""
        return self.state in {"waiting", "redriving"}

    @property
    def others(self) -> Sequence[int]:
        """The other dead letters of its queue."""
        return [number for number in self.queue if number != self.id]


class Redrive(Input):
    """What is to be handled again: the dead letter alone, or all of its key."""

    whole_key: bool = False


class Discard(Input):
    """Why a dead letter is given up."""

    reason: DiscardReason


class NotOpen(RejectedError):
    """There is no such dead letter, or it is settled."""

    def __init__(self, number: int) -> None:
        super().__init__(
            Rejection(
                "not_open",
                N_("This record does not wait: it was handled or discarded, or never was here."),
                Kind.CONFLICT,
                remedy=N_("Look at the list again."),
            )
        )
        self.number = number


class QueuesBehind(RejectedError):
    """An earlier dead letter of the same key, `first`, has to come before."""

    def __init__(self, first: int) -> None:
        super().__init__(
            Rejection(
                "queues_behind",
                N_("Record %(first)d of the same key comes first."),
                Kind.CONFLICT,
                remedy=N_("Handle the whole queue again, or the first record before this one."),
                values={"first": first},
            )
        )
        self.first = first


async def list_dead_letters(pool: Pool, view: View, with_settled: bool) -> Page[DeadLetterSummary]:
    """The dead letters that a view asks for: those that are open, or all where one state is asked for."""
    settled = with_settled or "state" in view.filters
    return await fetch_page(pool, sql.dead_letters, view, DeadLetterSummary, with_settled=settled, id=None)


async def dead_letters(pool: Pool, with_settled: bool) -> list[DeadLetterSummary]:
    """All dead letters that are open or, `with_settled`, all, by their numbers."""
    found = await sql.dead_letters.all(pool, DeadLetterSummary, with_settled=with_settled, id=None)
    return sorted(found, key=lambda dead_letter: dead_letter.id)


async def dead_letter(pool: Pool, number: int) -> DeadLetterDetails | None:
    """One dead letter, or None where there is none of this number."""
    summary = await sql.dead_letters.fetch_row(pool, with_settled=True, id=number)
    if summary is None:
        return None
    [record] = await sql.dead_letter_record.fetch(pool, id=number)
    return DeadLetterDetails(**summary, **_shown(record), queue=await _queue(pool, number))


async def request_redrive(connection: Connection, number: int | None = None, *, whole_key: bool = False) -> list[int]:
    """Requests that the worker handles one dead letter again, those of its key in order, or (without a number) all.

    Returns their numbers. Raises `NotOpen`, and `QueuesBehind` for one that is not its key's first.
    """
    if number is None:
        requested = await sql.request_redrive_of_all.fetch(connection)
    else:
        numbers = await _to_redrive(connection, number, whole_key)
        requested = await sql.request_redrive.fetch(connection, ids=numbers)
        if not requested:
            raise NotOpen(number)
    await jobs.add(connection, REDRIVE, {})
    return sorted(row["id"] for row in requested)


async def discard(connection: Connection, number: int, reason: DiscardReason) -> list[int]:
    """Gives a dead letter up, for a reason that is kept. Returns the others of its key's queue, which still wait.

    Raises `NotOpen`.
    """
    queue = await _queue(connection, number)
    if await sql.discard_dead_letter.value(connection, id=number, reason=reason) is None:
        raise NotOpen(number)
    return [other for other in queue if other != number]


async def _to_redrive(connection: Connection, number: int, whole_key: bool) -> list[int]:
    queue = await _queue(connection, number)
    if number not in queue:  # settled, unknown, or one for which nothing queues
        return [number]
    if whole_key:
        return queue
    if queue[0] != number:
        raise QueuesBehind(queue[0])
    return [number]


async def _queue(connection: Connection | Pool, number: int) -> list[int]:
    return [row["id"] for row in await sql.open_dead_letters_of_key.fetch(connection, id=number)]


def _shown(record: Row) -> dict[str, Any]:
    """What is shown of the record itself: of its headers the known names, and the readable ones that tell of nobody."""
    headers = [(name, None if value is None else base64.b64decode(value)) for name, value in record["headers"]]
    names = [name for name, _ in headers if name in HEADER_NAMES]
    others = len(headers) - len(names)
    return {**record, "headers": names, "other_headers": others, "envelope": _envelope(headers)}


def _envelope(headers: Headers) -> dict[str, str]:
    texts = {name: (value or b"").decode(errors="replace") for name, value in headers}
    return {name: text for name, text in texts.items() if _has_form(name, text)}


def _has_form(header: str, text: str) -> bool:
    return header in _FORMS and _FORMS[header].fullmatch(text) is not None
