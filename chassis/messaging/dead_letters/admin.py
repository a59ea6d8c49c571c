"""What an operator sees of dead letters and decides about them; never a value, nor what could be personal data."""

import base64
import re
from typing import Any

from chassis.runtime import jobs
from chassis.store.database import Connection, Pool, Row
from chassis.store.queries import queries
from contracts.envelope import CONSTANTS, Headers

sql = queries(__package__)

_FORMS = {
    "ce_id": re.compile(r"[0-9a-fA-F-]{36}"),
    "ce_source": re.compile(r"(/[a-z0-9-]+){1,5}"),
    "ce_type": re.compile(r"[A-Za-z]+(\.[A-Za-z]+)+\.v[0-9]+"),
    "ce_time": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+([+-][0-9:]+|Z)"),
    "ce_aggregateversion": re.compile(r"[0-9]+"),
    **{name: re.compile(re.escape(value)) for name, value in CONSTANTS.items()},
}
"""The headers that are shown, where they have this form. Subject and key are not: they may be a person's pseudonym."""

LONGEST_REASON = 500


class NotOpen(LookupError):
    """There is no such letter, or it is settled."""


class QueuesBehind(ValueError):
    """An earlier letter of the same key, `first`, has to come before."""

    def __init__(self, first: int) -> None:
        super().__init__(f"queues behind {first}")
        self.first = first


async def dead_letters(pool: Pool, everything: bool, after: int = 0, most: int | None = None) -> list[dict[str, Any]]:
    """The letters above number `after`: those that are open or, with `everything`, the settled ones too."""
    return [_shown(row) for row in await pool.fetch(sql.list_dead_letters.text, everything, after, most)]


async def dead_letter(pool: Pool, number: int) -> dict[str, Any] | None:
    """All that is shown of a letter.

    Beside what `letters` tells: `key` ("present", "none"), `value_bytes`, `value_sha256` (hex), `headers` (names),
    `envelope` (the readable headers that tell of nobody) and `queue` (its key's open letters, in order).
    """
    row = await pool.fetchrow(sql.dead_letter.text, number)
    if row is None:
        return None
    headers = [(name, None if value is None else base64.b64decode(value)) for name, value in row["headers"]]
    return {
        **{name: value for name, value in _shown(row).items() if name != "has_key"},
        "key": "present" if row["has_key"] else "none",
        "headers": [name[:100] for name, _ in headers],
        "envelope": _envelope(headers),
        "queue": await _queue(pool, number),
    }


async def ask_redrive(connection: Connection, number: int | None = None, *, whole_key: bool = False) -> list[int]:
    """Asks the service's worker to handle again one letter, its key's letters in order, or (without a number) all.

    Returns the numbers of the letters. Raises `NotOpen`, and `QueuesBehind` for one that is not its key's first.
    """
    if number is None:
        asked = await connection.fetch(sql.ask_redrive_of_all.text)
    else:
        asked = await connection.fetch(sql.ask_redrive.text, await _asked_for(connection, number, whole_key))
        if not asked:
            raise NotOpen(number)
    await jobs.add(connection, "deadletters.redrive", {})
    return sorted(row["id"] for row in asked)


async def discard(connection: Connection, number: int, reason: str) -> list[int]:
    """Gives a letter up, for a reason that is kept. Returns the open letters left in its key's queue; they still wait.

    Raises `NotOpen`.
    """
    queue = await _queue(connection, number)
    if await connection.fetchval(sql.discard_dead_letter.text, number, reason) is None:
        raise NotOpen(number)
    return [other for other in queue if other != number]


async def _asked_for(connection: Connection, number: int, whole_key: bool) -> list[int]:
    queue = await _queue(connection, number)
    if number not in queue:  # settled, unknown, or one for which nothing queues
        return [number]
    if whole_key:
        return queue
    if queue[0] != number:
        raise QueuesBehind(queue[0])
    return [number]


async def _queue(connection: Connection | Pool, number: int) -> list[int]:
    return [row["id"] for row in await connection.fetch(sql.open_dead_letters_of_key.text, number)]


def _shown(row: Row) -> dict[str, Any]:
    """The row without its headers; a type that has not a type's form could be anything, even somebody's name."""
    shown = {name: value for name, value in row.items() if name != "headers"}
    return {**shown, "type": row["type"] if _has_form("ce_type", row["type"] or "") else None}


def _envelope(headers: Headers) -> dict[str, str]:
    texts = {name: (value or b"").decode(errors="replace") for name, value in headers}
    return {name: text for name, text in texts.items() if _has_form(name, text)}


def _has_form(header: str, text: str) -> bool:
    return header in _FORMS and _FORMS[header].fullmatch(text) is not None
