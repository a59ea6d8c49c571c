"""Seeded bugs: plausible mistakes, planted into one process. Each harness has to find its own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from faststream import AckPolicy

from chassis.messaging import reactions, relay
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Connection, open_pool
from chassis.store.queries import Query, queries
from services.reporting.facts.projection import Version
from tests.faults import effects


def plant(name: str) -> None:
    """Plants the bug in this process."""
    BUGS[name]()


@contextmanager
def planted(name: str) -> Iterator[None]:
    """Plants the bug for the block; only for bugs in queries, which can be taken back."""
    kept = {package: dict(queries(package).texts) for package in PACKAGES}
    plant(name)
    try:
        yield
    finally:
        for package, texts in kept.items():
            queries(package).texts.update(texts)


def _no_offset_guard() -> None:
    """A projection moves its offsets without comparing them."""
    _rewrite("chassis.messaging.projections", "move_offsets", "AND o.next = n.expected", "")


def _no_version_guard() -> None:
    """A late version replaces a later one."""
    _rewrite("services.reporting.facts", "move_facts", "WHERE f.version < excluded.version", "")


def _poll_by_id() -> None:
    """The relay reads on after the highest id it has seen."""
    texts = queries("chassis.messaging").texts
    before, _, _ = texts["next_outbox_rows"].text.partition("WHERE")
    _replace(
        "chassis.messaging",
        "next_outbox_rows",
        f"{before} WHERE id > $3 AND $1::int >= 0 AND $2::xid8 >= '0' ORDER BY id LIMIT $4",
    )


def _believes_it_leads() -> None:
    """A process leads without the lock, as one does that lost its lock and has not noticed."""
    _replace("chassis.store", "try_leadership", "SELECT $1::text IS NOT NULL")


def _unordered_batch() -> None:
    """The relay sends a batch in no order."""
    send = relay._send

    async def send_backwards(origin: relay.Origin, producer: Any, rows: Sequence[Any]) -> None:
        await send(origin, producer, rows[::-1])

    relay._send = send_backwards


def _no_eras() -> None:
    """A restored dump continues the era of the cluster that it comes from."""
    _replace("chassis.messaging", "begin_era", "SELECT true")


def _no_inbox() -> None:
    """A reaction treats every event as new."""
    _replace("chassis.messaging", "record_in_inbox", "SELECT $1::text <> $2::text AND $3::uuid IS NOT NULL")


def _inbox_without_source() -> None:
    """A reaction treats events of two sources with one id as the same."""
    _rewrite("chassis.messaging", "record_in_inbox", "VALUES ($1, $2, $3)", "VALUES ($1, left($2, 0), $3)")


def _parked_key_forgotten() -> None:
    """A reaction handles an event although an earlier one of its key is parked."""
    _replace("chassis.messaging.dead_letters", "key_is_parked", "SELECT $1::text IS NULL AND $2::bytea IS NULL")


def _default_acknowledgement() -> None:
    """A subscriber has FastStream's default: it acknowledges a record when it is read, not when it is done."""
    vars(reactions)["AckPolicy"] = SimpleNamespace(MANUAL=AckPolicy.ACK_FIRST)


def _effect_apart() -> None:
    """A fold commits its effect in a transaction of its own, before the offsets; a process may be struck between."""
    fold = effects.fold

    async def fold_apart(connection: Connection, batch: Sequence[Version]) -> None:
        async with (
            await open_pool(ServiceSettings().database_url, "apart", size=1) as pool,
            pool.acquire() as other,
            other.transaction(),
        ):
            await fold(other, batch)
        await connection.fetchval(EFFECT_IS_APART)

    effects.fold = fold_apart


EFFECT_IS_APART = "SELECT 'the effect is committed, the offsets are not'"
"""What the connection of the offsets executes there."""

PACKAGES = (
    *("chassis.messaging", "chassis.messaging.dead_letters", "chassis.messaging.projections", "chassis.store"),
    "services.reporting.facts",
)


def _rewrite(package: str, query: str, old: str, new: str) -> None:
    texts = queries(package).texts
    assert old in texts[query].text, f"the text of {query} has changed, and the bug is not planted"
    _replace(package, query, texts[query].text.replace(old, new))


def _replace(package: str, query: str, text: str) -> None:
    """Replaces a query by a text with the same parameters, as `$1` and so on."""
    texts = queries(package).texts
    replacement = Query(text)
    replacement.parameters = texts[query].parameters
    texts[query] = replacement


BUGS: dict[str, Callable[[], None]] = {
    "no offset guard": _no_offset_guard,
    "no version guard": _no_version_guard,
    "poll by id": _poll_by_id,
    "believes it leads": _believes_it_leads,
    "unordered batch": _unordered_batch,
    "no eras": _no_eras,
    "no inbox": _no_inbox,
    "inbox without source": _inbox_without_source,
    "effect apart from the offset": _effect_apart,
    "parked key forgotten": _parked_key_forgotten,
    "default acknowledgement": _default_acknowledgement,
}
