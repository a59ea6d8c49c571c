"""FastStream finds the handler of an event by its type; each topic has one subscriber."""

from dataclasses import replace

import pytest
from faststream.kafka import KafkaBroker, TestKafkaBroker

from chassis.messaging.reaction_consumer import reaction_broker
from chassis.messaging.reactions import ReactionRouter
from chassis.runtime.health import Progress
from chassis.store.database import Connection, Pool
from chassis.tests.records import organization
from contracts.enrollment import OrganizationRegistered
from contracts.envelope import Envelope, to_headers
from tests.support.reactions import UNUSED, deliver
from tests.support.records import envelope_of, record_of


class Renamed(OrganizationRegistered):
    type = "minka.enrollment.OrganizationRenamed.v1"


class Moved(OrganizationRegistered):
    type = "minka.sessions.OrganizationMoved.v1"
    topic = "sessions.events"


class Other(OrganizationRegistered):
    type = "minka.enrollment.OrganizationDissolved.v1"


Called = list[tuple[str, str, str]]


@pytest.fixture
def called() -> Called:
    """The handler, the event's name and its type, for each call."""
    return []


@pytest.fixture
def router(called: Called) -> ReactionRouter:
    declared = ReactionRouter("sessions")

    @declared.on(OrganizationRegistered)
    async def register(connection: Connection, event: OrganizationRegistered, envelope: Envelope) -> None:
        called.append(("register", event.name, envelope.type))

    @declared.on(Renamed)
    @declared.on(Moved)
    async def change(connection: Connection, event: OrganizationRegistered, envelope: Envelope) -> None:
        called.append(("change", event.name, envelope.type))

    return declared


def test_a_service_takes_over_the_reactions_of_its_ideas(router: ReactionRouter) -> None:
    other = ReactionRouter("sessions")

    @other.on(Other)
    async def follow(connection: Connection, event: Other, envelope: Envelope) -> None: ...

    assert ReactionRouter("sessions", router, other).reactions == router.reactions | other.reactions


def test_an_event_type_has_one_handler(router: ReactionRouter) -> None:
    with pytest.raises(ValueError, match="has two handlers, register and register; let one handler call both"):
        ReactionRouter("sessions", router, router)


async def publish(broker: KafkaBroker, event: OrganizationRegistered) -> None:
    headers = {name: value.decode() for name, value in to_headers(envelope_of(event))}
    body = event.model_dump_json().encode()
    await broker.publish(body, event.topic, key=event.partition_key.encode(), headers=headers)


async def test_each_event_reaches_the_handler_of_its_type(pool: Pool, router: ReactionRouter, called: Called) -> None:
    body = organization("Ronderos").model_dump()
    async with TestKafkaBroker(reaction_broker(router, pool, UNUSED, Progress())) as broker:
        for event in (Moved, Renamed, OrganizationRegistered):
            await publish(broker, event(**body))

    assert called == [
        ("change", "Ronderos", Moved.type),
        ("change", "Ronderos", Renamed.type),
        ("register", "Ronderos", OrganizationRegistered.type),
    ]


def test_a_topic_has_one_subscriber_whatever_its_types(router: ReactionRouter) -> None:
    """Two of one group would split its partitions, and each would miss events."""
    assert sorted(router.offsets) == ["enrollment.events", "sessions.events"]
    assert len(router.subscribers) == 2


async def test_a_record_that_names_a_topic_for_replies_gets_none(
    pool: Pool, router: ReactionRouter, called: Called
) -> None:
    """FastStream replies where a header asks it to, and anybody can write a header."""
    asking = record_of(organization("asking"))
    asking = replace(asking, headers=[*asking.headers, ("reply_to", b"enrollment.events")])

    assert await deliver(router, pool, asking) == "handled"
    assert [name for _, name, _ in called] == ["asking"]
