"""One event, one effect: repeated, unreadable, unknown and refused records."""

from dataclasses import replace

import pytest

from chassis.messaging.reactions import ReactionRouter
from chassis.runtime.rejections import RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.tests.messaging_harness import RecordingReaction
from chassis.tests.records import garbage, organization
from contracts.enrollment import OrganizationRegistered
from contracts.envelope import Envelope
from tests.support.reactions import deliver
from tests.support.records import record_of


@pytest.fixture
def reaction() -> RecordingReaction:
    return RecordingReaction()


async def test_an_event_delivered_again_has_no_second_effect(pool: Pool, reaction: RecordingReaction) -> None:
    first = record_of(organization("Red de Jóvenes"))

    assert await deliver(reaction.router, pool, first) == "handled"
    assert await deliver(reaction.router, pool, replace(first, offset=7)) == "repeated"
    assert reaction.names == ["Red de Jóvenes"]


async def test_an_unknown_type_is_passed_over_and_an_unknown_version_is_parked(
    pool: Pool, reaction: RecordingReaction
) -> None:
    unknown = record_of(organization("a"), event_type="minka.enrollment.SomethingElse.v1")
    newer = record_of(organization("b"), event_type="minka.enrollment.OrganizationRegistered.v2")

    assert await deliver(reaction.router, pool, unknown) == "passed over"
    assert await deliver(reaction.router, pool, newer) == "parked"
    assert reaction.names == []


async def test_garbage_is_quarantined_with_its_bytes_and_delays_nobody(pool: Pool, reaction: RecordingReaction) -> None:
    assert await deliver(reaction.router, pool, garbage(3)) == "quarantined"
    assert await deliver(reaction.router, pool, record_of(organization("next"))) == "handled"

    kept = await pool.fetchrow("SELECT value, headers, error FROM dead_letters")
    assert kept is not None
    assert kept["value"] == b"\x00\xff garbage"
    assert kept["headers"] == [["ce_id", None], ["x", "/w=="]]
    assert "ce_id" in kept["error"]


async def test_a_body_that_cannot_be_read_is_told_by_field_and_never_by_value(
    pool: Pool, reaction: RecordingReaction
) -> None:
    bad = replace(record_of(organization("a")), value=b'{"name": "Mar\xc3\xada", "occurred_at": "yesterday"}')

    assert await deliver(reaction.router, pool, bad) == "parked"
    error = await pool.fetchval("SELECT error FROM dead_letters")
    assert "occurred_at" in error and "organization_id" in error
    assert "yesterday" not in error


async def test_an_error_is_told_by_class_and_place_and_never_by_what_it_stumbled_over(pool: Pool) -> None:
    reactions = ReactionRouter("sessions")

    @reactions.on(OrganizationRegistered)
    async def stumbles(connection: Connection, event: OrganizationRegistered, envelope: Envelope) -> None:
        raise KeyError(event.name)

    await deliver(reactions, pool, record_of(organization("María")))
    error = await pool.fetchval("SELECT error FROM dead_letters")
    assert error.startswith("KeyError at chassis/tests/test_reactions.py:")
    assert error.endswith(" in stumbles")


async def test_a_rejection_is_permanent_and_is_told_by_its_code(pool: Pool) -> None:
    reactions = ReactionRouter("sessions")

    @reactions.on(OrganizationRegistered)
    async def rejects(connection: Connection, event: OrganizationRegistered, envelope: Envelope) -> None:
        raise RejectedError(Rejection("cohort_closed", "%(name)s has a closed cohort.", values={"name": event.name}))

    assert await deliver(reactions, pool, record_of(organization("María"))) == "parked"
    error = await pool.fetchval("SELECT error FROM dead_letters")
    assert error.startswith("cohort_closed at chassis/tests/test_reactions.py:")


async def test_the_same_record_is_parked_once(pool: Pool, reaction: RecordingReaction) -> None:
    bad = record_of(organization("refused"))

    await deliver(reaction.router, pool, bad)
    await deliver(reaction.router, pool, bad)

    assert await pool.fetchval("SELECT count(*) FROM dead_letters") == 1


async def test_an_effect_and_its_inbox_row_are_one_transaction(pool: Pool) -> None:
    """Seeded bug: were the inbox row committed on its own, the second delivery would be taken for a repetition."""
    reactions = ReactionRouter("sessions")
    failing = True

    @reactions.on(OrganizationRegistered)
    async def fails_once(connection: Connection, event: OrganizationRegistered, envelope: Envelope) -> None:
        nonlocal failing
        if failing:
            failing = False
            raise ConnectionResetError

    assert await deliver(reactions, pool, record_of(organization("a"))) == "handled"
    assert await pool.fetchval("SELECT count(*) FROM inbox") == 1
