"""Of each thing that a service hears about, the highest version stands: whatever comes later, twice, or in one batch.

The cases are made from what the services declare: each event of each reaction and of each projection.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cache, reduce
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr, ValidationError

from chassis.messaging import outbox
from chassis.messaging.projections.projection import Projection
from chassis.store.database import Pool, open_pool
from contracts import examples
from contracts.event import Event
from contracts.media import VisitRecorded
from deploy.trial.web import SERVICES
from tests.support.databases import FreshDatabases
from tests.support.reactions import delivering
from tests.support.records import record_of

COUNTED_ONCE = {VisitRecorded}
"""Events of things that have one version; they are counted once by their id."""

ANOTHER = uuid4()
"""What an event refers to in its other state."""

Told = tuple[int, Event]
"""A version of a thing, and its state."""

Tell = Callable[[Sequence[Told]], Awaitable[None]]

VERSIONED = """
SELECT format('%I.%I', table_schema, table_name) FROM information_schema.columns
WHERE column_name = 'version' AND table_schema IN ('public', 'live') AND table_name <> 'subject_versions'
"""

STATE = """
SELECT to_jsonb(t) - ARRAY['event_id', 'recorded_at', 'topic', 'partition', 'offset']
FROM {} t WHERE to_jsonb(t)::text LIKE ANY($1::text[]) ORDER BY t.version, to_jsonb(t) ->> 'kind'
"""


def reactions() -> Iterator[Any]:
    for name, service in SERVICES.items():
        for reaction in service.reactions.reactions.values() if service.reactions else ():
            yield pytest.param(name, reaction.event, id=f"{name}-{reaction.event.__name__}")


def projections() -> Iterator[Any]:
    for name, service in SERVICES.items():
        for projection in service.projections:
            for event in sorted(set(projection.events) - COUNTED_ONCE, key=lambda one: one.__name__):
                yield pytest.param(name, projection, event, id=f"{projection.name}-{event.__name__}")


def two_states(event_type: type[Event]) -> tuple[Event, Event]:
    """An example of the event with a new subject, and the same thing in another state."""
    example = next(one for one in examples.EXAMPLES if one.type == event_type.type)
    values = example.model_dump()
    values |= {field: uuid4() for field in (event_type.subject_field, "person_id") if field in values}
    if values.get("counted_as") == getattr(example, "person_id", values):
        values |= {"counted_as": values["person_id"]}
    one = event_type.model_validate(values)
    return one, event_type.model_validate(values | dict(_differences(event_type, values)))


def _differences(event_type: type[Event], values: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    changed = dict(values)
    for field, value in values.items():
        for other in _others(value) if field not in (event_type.subject_field, "person_id") else ():
            with suppress(ValidationError):
                event_type.model_validate(changed | {field: other})
                changed[field] = other
                yield field, other
                break


def _others(value: Any) -> Iterator[Any]:
    match value:
        case bool():
            yield not value
        case Enum():
            yield from (other for other in type(value) if other is not value)
        case int():
            yield value + 1
        case datetime():
            yield value + timedelta(seconds=1)
        case date():
            yield value + timedelta(days=1)
        case UUID():
            yield ANOTHER
        case str():
            yield f"{value} B"
        case {"district": _}:
            yield examples.RETICENT_PROFILE.model_dump()


async def state_of(pool: Pool, event: Event) -> list[str]:
    """What the service's versioned tables say of this thing and of its person."""
    names = {event.subject: "subject", str(getattr(event, "person_id", event.subject)): "person"}
    tables = sorted([str(row[0]) for row in await pool.fetch(VERSIONED)])
    patterns = [f"%{known}%" for known in names]
    found = [await pool.fetchval(f"SELECT json_agg(s) FROM ({STATE.format(one)}) s", patterns) for one in tables]
    return [reduce(lambda text, known: text.replace(known, names[known]), names, str(rows)) for rows in found]


UrlOf = Callable[[str], str]


@pytest.fixture(scope="module")
def url_of(module_databases: FreshDatabases) -> UrlOf:
    """The address of a service's database, one for all tests of the module."""
    return cache(lambda service: module_databases.of_service(service)[service].url)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Pool]:
    async with await open_pool(SecretStr(url), "versions") as pool:
        await outbox.begin_era(pool)
        yield pool


async def check(pool: Pool, event_type: type[Event], tell: Tell) -> None:
    """Tells in each order of an older, an equal and a newer version what has to end in the same state."""

    async def ends_as(*told: int) -> list[str]:
        one, other = two_states(event_type)
        await tell([(abs(version), one if version > 0 else other) for version in told])
        return await state_of(pool, one)

    newer, older = 2, -1
    first, last = await ends_as(-1, 2), await ends_as(-1, 2, -3)
    assert first != last, "the two states of the example are stored as one"
    for order in permutations((older, newer)):
        assert await ends_as(*order) == first, order
    assert await ends_as(-1, 2, -2) == first, "an equal version replaces"
    for order in permutations((older, newer, -3)):
        assert await ends_as(*order) == last, order


@pytest.mark.parametrize(("service", "event"), list(reactions()))
async def test_a_reaction_keeps_the_highest_version(url_of: UrlOf, service: str, event: type[Event]) -> None:
    declared = SERVICES[service].reactions
    assert declared is not None
    async with opened(url_of(service)) as pool, delivering(declared, pool) as deliver:

        async def tell(told: Sequence[Told]) -> None:
            for version, state in told:
                assert await deliver(record_of(state, version)) == "handled"

        await check(pool, event, tell)


@pytest.mark.parametrize("at_once", [True, False], ids=["one batch", "batches"])
@pytest.mark.parametrize(("service", "projection", "event"), list(projections()))
async def test_a_projection_keeps_the_highest_version(
    url_of: UrlOf, service: str, projection: Projection, event: type[Event], at_once: bool
) -> None:
    async with opened(url_of(service)) as pool:

        async def fold(told: Sequence[Told]) -> None:
            async with pool.acquire() as connection, connection.transaction():
                await projection.fold(connection, [projection.read(record_of(state, n)) for n, state in told])

        async def tell(told: Sequence[Told]) -> None:
            for batch in [told] if at_once else [[one] for one in told]:
                await fold(batch)

        await check(pool, event, tell)
