"""An event goes on as a newer type: its owner sends both, and no reader parks, loses or doubles one of them.

Each rehearsal goes over a real broker and database, in an order in which an office may update.
"""

from dataclasses import replace
from uuid import UUID

import pytest

from chassis.messaging.dead_letters import admin
from chassis.messaging.dead_letters.admin import DiscardReason
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Connection, Pool, transaction
from chassis.tests.two_types import TABLES, Rehearsal, Release, two_types
from tests.support.reactions import deliver
from tests.support.records import Record, record_of
from tests.support.topics import FreshTopics

OLDER, BETWEEN, NEWER = UUID(int=1), UUID(int=2), UUID(int=3)


@pytest.fixture
async def tables(migrator: Connection) -> None:
    await migrator.execute(TABLES)


@pytest.fixture
def rehearsal(pool: Pool, settings: ServiceSettings, fresh_topics: FreshTopics, tables: None) -> Rehearsal:
    return Rehearsal(pool, settings, fresh_topics.make(owner="sessions", readers=("sessions",)).name)


async def test_the_owner_is_updated_first(rehearsal: Rehearsal) -> None:
    await rehearsal.send(rehearsal.types.as_former(OLDER), rehearsal.types.as_both(BETWEEN))
    await rehearsal.read(rehearsal.former)
    assert await rehearsal.reacted() == await rehearsal.folded() == [(OLDER, 1, "v1"), (BETWEEN, 1, "v1")]

    await rehearsal.send(rehearsal.types.as_both(NEWER))
    await rehearsal.read(rehearsal.new)
    assert await rehearsal.reacted() == [(OLDER, 1, "v1"), (BETWEEN, 1, "v1"), (NEWER, 1, "v2")]
    assert await rehearsal.dead_letters() == []


async def test_the_readers_are_updated_first(rehearsal: Rehearsal) -> None:
    await rehearsal.send(rehearsal.types.as_former(OLDER))
    await rehearsal.read(rehearsal.new)
    await rehearsal.send(rehearsal.types.as_both(OLDER), rehearsal.types.as_both(NEWER))
    await rehearsal.read(rehearsal.new)

    assert await rehearsal.reacted() == [(OLDER, 1, "v1"), (OLDER, 2, "v2"), (NEWER, 1, "v2")]
    assert await rehearsal.folded() == [(OLDER, 2, "v2"), (NEWER, 1, "v2")]
    assert await rehearsal.dead_letters() == []


async def test_everything_is_sent_again(rehearsal: Rehearsal) -> None:
    await rehearsal.send(rehearsal.types.as_former(OLDER), rehearsal.types.as_both(BETWEEN))
    await rehearsal.read(rehearsal.former)
    await rehearsal.send(rehearsal.types.as_both(NEWER))
    await rehearsal.read(rehearsal.new)
    before = await rehearsal.reacted(), await rehearsal.folded()

    await rehearsal.send_all_again()
    await rehearsal.read(rehearsal.new)

    assert (await rehearsal.reacted(), await rehearsal.folded()) == before
    assert await rehearsal.dead_letters() == []


async def test_a_projection_that_is_built_again_has_what_the_newer_type_says(rehearsal: Rehearsal) -> None:
    await rehearsal.send(rehearsal.types.as_former(OLDER), rehearsal.types.as_both(BETWEEN))
    await rehearsal.read(rehearsal.former)
    await rehearsal.begin_anew()
    await rehearsal.read(rehearsal.new)

    assert await rehearsal.folded() == [(OLDER, 1, "v1"), (BETWEEN, 1, "v2")]


async def test_a_stranger_who_knows_the_former_type_alone_misses_nothing(rehearsal: Rehearsal) -> None:
    """They read as the guide says: pass over unknown types, take an id once, keep the highest version."""
    await rehearsal.send(rehearsal.types.as_former(OLDER), rehearsal.types.as_both(OLDER))
    await rehearsal.send(rehearsal.types.as_both(NEWER))
    await rehearsal.send_all_again()

    assert await rehearsal.as_a_stranger_reads_it() == {OLDER: 2, NEWER: 1}


def records_of_one_event(topic: str = "sessions.events") -> tuple[Record, Record]:
    """The newer record, and the former one beside it."""
    event = two_types(topic).as_both(NEWER)
    types = tuple(form.type for form in event.forms())
    newer, former = [record_of(form, sent_as=types) for form in event.forms()]
    return newer, former


@pytest.fixture
def former() -> Release:
    return Release(two_types("sessions.events").former)


@pytest.fixture
def new() -> Release:
    types = two_types("sessions.events")
    return Release(types.former, types.newer)


async def test_a_reader_that_is_replaced_between_two_records_loses_and_doubles_nothing(
    pool: Pool, tables: None, former: Release, new: Release
) -> None:
    newer, older = records_of_one_event()
    assert await deliver(former.reactions, pool, newer) == "passed over"
    assert await deliver(new.reactions, pool, older) == "handled"

    assert await deliver(new.reactions, pool, newer) == "repeated"


async def test_a_reader_that_is_put_back_between_two_records_doubles_nothing(
    pool: Pool, tables: None, former: Release, new: Release
) -> None:
    newer, older = records_of_one_event()
    assert await deliver(new.reactions, pool, newer) == "handled"
    assert await deliver(former.reactions, pool, older) == "repeated"


async def test_a_newer_type_that_is_sent_alone_is_parked_by_a_reader_of_the_former(
    pool: Pool, tables: None, former: Release
) -> None:
    newer, _older = records_of_one_event()
    alone = [header for header in newer.headers if header[0] != "ce_sentas"]
    assert await deliver(former.reactions, pool, replace(newer, headers=alone)) == "parked"


@pytest.mark.parametrize("is_discarded", [False, True])
async def test_the_former_record_waits_behind_a_newer_one_that_is_parked(
    pool: Pool, tables: None, new: Release, is_discarded: bool
) -> None:
    """Redriven, the newer one counts. Where it is discarded, the former one does."""
    new.refused = {newer_type := two_types("").newer.type}
    newer, older = records_of_one_event()
    assert [await deliver(new.reactions, pool, record) for record in (newer, older)] == ["parked", "parked"]

    async with transaction(pool) as connection:
        if is_discarded:
            [number, _] = [row["id"] for row in await pool.fetch("SELECT id FROM dead_letters ORDER BY id")]
            await admin.discard(connection, number, DiscardReason.SUPERSEDED)
        else:
            new.refused = set()
        await admin.request_redrive(connection)
    await new.reactions.redrive(pool)

    assert await pool.fetchval("SELECT array_agg(type) FROM reacted") == [
        two_types("").former.type if is_discarded else newer_type
    ]
