"""An offset is committed after its record is done, and after a failure none is."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError, KafkaConnectionError

from chassis.messaging import kafka
from chassis.messaging.settled_offsets import SettledOffsets
from chassis.runtime.settings import ServiceSettings
from chassis.store.database import Pool
from chassis.tests.messaging_harness import RecordingReaction
from chassis.tests.records import garbage, organization
from contracts.enrollment import OrganizationRegistered
from tests.support.reactions import delivering
from tests.support.records import record_of
from tests.support.topics import FreshTopics
from tests.support.waiting import wait_until

TOPIC = "enrollment.events"
PARTITION, ANOTHER = TopicPartition(TOPIC, 0), TopicPartition(TOPIC, 1)


class Commits:
    """Stands for a consumer: it remembers what is committed, or is away. It refuses what is not assigned to it."""

    def __init__(self) -> None:
        self.made: list[dict[TopicPartition, int]] = []
        self.assigned = {PARTITION, ANOTHER}
        self.is_away = False
        self.meanwhile: Callable[[], Awaitable[None]] | None = None

    async def commit(self, offsets: dict[TopicPartition, int]) -> None:
        if self.meanwhile:
            await self.meanwhile()
        if self.is_away:
            raise KafkaConnectionError
        if offsets.keys() - self.assigned:
            raise IllegalStateError
        self.made.append(dict(offsets))

    def assignment(self) -> set[TopicPartition]:
        return self.assigned


@pytest.fixture
def commits() -> Commits:
    return Commits()


@pytest.fixture
def offsets(commits: Commits) -> SettledOffsets:
    offsets = SettledOffsets()
    subscriber: Any = SimpleNamespace(consumer=commits)
    offsets.subscriber = subscriber
    return offsets


async def test_the_offset_behind_the_last_settled_record_is_committed_once(
    offsets: SettledOffsets, commits: Commits
) -> None:
    for number in (5, 6):
        offsets.begin()
        offsets.settle(garbage(number))
    await offsets.commit()
    await offsets.commit()
    assert commits.made == [{PARTITION: 7}]


async def test_after_a_failure_no_later_offset_is_committed(offsets: SettledOffsets, commits: Commits) -> None:
    offsets.settle(garbage(5))
    offsets.settle(garbage(6), LookupError("a fault"))
    offsets.settle(garbage(7))
    await offsets.commit()
    assert commits.made == [{PARTITION: 6}]
    assert isinstance(offsets.failure, LookupError)


async def test_partitions_that_are_handed_over_are_committed_and_those_that_come_begin_anew(
    offsets: SettledOffsets, commits: Commits
) -> None:
    offsets.settle(garbage(5))
    await offsets.on_partitions_revoked([PARTITION])
    offsets.settle(garbage(9))
    await offsets.on_partitions_assigned([PARTITION])
    await offsets.commit()
    assert commits.made == [{PARTITION: 6}]


async def test_a_commit_that_fails_ends_nothing(offsets: SettledOffsets, commits: Commits) -> None:
    offsets.settle(garbage(5))
    commits.is_away = True
    assert (await asyncio.gather(offsets.commit(), return_exceptions=True))[0] is None
    commits.is_away = False
    offsets.settle(garbage(6))
    await offsets.commit()
    assert commits.made == [{PARTITION: 7}]


async def test_what_could_not_be_committed_is_so_later_though_no_record_follows(
    offsets: SettledOffsets, commits: Commits
) -> None:
    offsets.settle(garbage(5))
    commits.is_away = True
    await offsets.commit()
    commits.is_away = False
    await offsets.commit()
    await offsets.commit()
    assert commits.made == [{PARTITION: 6}]


async def test_a_record_that_is_settled_during_a_failing_commit_is_not_taken_back(
    offsets: SettledOffsets, commits: Commits
) -> None:
    async def settle_the_next() -> None:
        offsets.settle(garbage(6))

    offsets.settle(garbage(5))
    commits.is_away, commits.meanwhile = True, settle_the_next
    await offsets.commit()
    commits.is_away, commits.meanwhile = False, None
    await offsets.commit()
    assert commits.made == [{PARTITION: 7}]


async def test_a_failed_commit_is_forgotten_where_partitions_came_meanwhile(
    offsets: SettledOffsets, commits: Commits
) -> None:
    async def hand_over() -> None:
        await offsets.on_partitions_assigned([PARTITION])

    offsets.settle(garbage(5))
    commits.is_away, commits.meanwhile = True, hand_over
    await offsets.commit()
    commits.is_away, commits.meanwhile = False, None
    await offsets.commit()
    assert commits.made == []


async def test_a_record_that_was_in_work_while_partitions_came_is_not_committed(
    offsets: SettledOffsets, commits: Commits
) -> None:
    """Another process may have read on meanwhile; its offset is not put back."""
    offsets.begin()
    await offsets.on_partitions_assigned([PARTITION])
    offsets.settle(garbage(5))
    await offsets.commit()
    assert commits.made == []
    assert not offsets.is_busy

    offsets.begin()
    offsets.settle(garbage(6))
    await offsets.commit()
    assert commits.made == [{PARTITION: 7}]


async def test_a_partition_that_has_gone_does_not_keep_the_others_from_being_committed(
    offsets: SettledOffsets, commits: Commits
) -> None:
    offsets.settle(garbage(5))
    offsets.settle(replace(garbage(8), partition=ANOTHER.partition))
    commits.assigned = {ANOTHER}
    await offsets.commit()
    assert commits.made == [{ANOTHER: 9}]


async def test_the_client_commits_what_it_has_though_a_partition_has_gone(
    settings: ServiceSettings, fresh_topics: FreshTopics
) -> None:
    """aiokafka refuses all offsets of a commit that names one partition of another process."""
    topic = fresh_topics.make(owner="sessions", readers=("sessions",)).name
    offsets, subscriber = SettledOffsets(), SimpleNamespace()
    async with kafka.consumer(settings, f"sessions.{topic}") as subscriber.consumer:
        subscriber.consumer.subscribe([topic])
        (kept, *_) = await wait_until(subscriber.consumer.assignment)
        offsets.subscriber = cast("Any", subscriber)
        for partition in (kept.partition, 99):
            offsets.settle(replace(garbage(5), topic=topic, partition=partition))
        await offsets.commit()
        assert await subscriber.consumer.committed(kept) == 6


async def test_a_record_is_settled_when_its_transaction_has_ended_and_not_before(pool: Pool) -> None:
    reaction = RecordingReaction()
    settled = reaction.router.offsets[TOPIC]
    while_at_work: list[dict[TopicPartition, int]] = []

    async def look(event: OrganizationRegistered) -> None:
        while_at_work.append(dict(settled.next))

    reaction.before = look
    record = record_of(organization("one"))
    async with delivering(reaction.router, pool) as deliver_one:
        await deliver_one(record)
    assert while_at_work == [{}]
    assert settled.next == {PARTITION: record.offset + 1}


async def test_a_subscription_begins_at_the_beginning_of_its_topic(pool: Pool) -> None:
    """What was written before a service first ran concerns it, too."""
    subscriber: Any = RecordingReaction().router.offsets[TOPIC].subscriber
    assert subscriber._connection_args["auto_offset_reset"] == "earliest"
