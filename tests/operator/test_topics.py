"""Bringing the broker into line with the catalogue is complete and idempotent."""

from dataclasses import replace
from datetime import timedelta

from contracts.topics import TOPICS, Topic
from deploy.operator.broker import topics
from deploy.operator.broker.access import administer
from tests.support.infrastructure import Infrastructure
from tests.support.topics import FreshTopics


def partitions(infrastructure: Infrastructure, topic: Topic) -> int:
    admin = administer(infrastructure.access("administrator"))
    return len(admin.list_topics(topic.name, timeout=90).topics[topic.name].partitions)


def test_a_started_broker_is_as_the_catalogue_says(infrastructure: Infrastructure) -> None:
    assert topics.compare(infrastructure.access("administrator"), TOPICS.values()).sentences() == []


def test_a_missing_topic_is_created_with_its_rules(infrastructure: Infrastructure, fresh_topics: FreshTopics) -> None:
    topic = fresh_topics.make(owner="media", readers=("reporting",))

    assert partitions(infrastructure, topic) == topic.partitions
    assert topics.apply(infrastructure.access("administrator"), [topic]).sentences() == []


def test_a_setting_that_differs_is_aligned(infrastructure: Infrastructure, fresh_topics: FreshTopics) -> None:
    administrator = infrastructure.access("administrator")
    changed = replace(fresh_topics.make(), retention=timedelta(days=1))

    done = topics.apply(administrator, [changed])

    assert done.sentences() == [f"set retention.ms=86400000 on topic {changed.name}"]
    assert topics.compare(administrator, [changed]).sentences() == []


def test_partitions_never_change(infrastructure: Infrastructure, fresh_topics: FreshTopics) -> None:
    """Keys would move to other partitions and lose their order."""
    topic = fresh_topics.make(partitions=3)

    topics.apply(infrastructure.access("administrator"), [replace(topic, partitions=6)])

    assert partitions(infrastructure, topic) == 3


def test_a_former_reader_loses_its_rules(infrastructure: Infrastructure, fresh_topics: FreshTopics) -> None:
    topic = fresh_topics.make(owner="media", readers=("sessions", "reporting"))

    done = topics.apply(infrastructure.access("administrator"), [replace(topic, readers=("reporting",))])

    lost = [f"no longer allow: User:sessions may {operation} TOPIC {topic.name}" for operation in ("DESCRIBE", "READ")]
    assert done.sentences() == lost
    assert (
        topics.compare(infrastructure.access("administrator"), [replace(topic, readers=("reporting",))]).sentences()
        == []
    )


def test_a_former_reader_keeps_its_rules_while_the_former_release_may_run(
    infrastructure: Infrastructure, fresh_topics: FreshTopics
) -> None:
    topic = fresh_topics.make(owner="media", readers=("sessions", "reporting"))
    administrator, changed = infrastructure.access("administrator"), [replace(topic, readers=("reporting", "media"))]

    first = topics.apply(administrator, changed, revokes=False).sentences()
    then = topics.apply(administrator, changed).sentences()

    assert f"allow: User:media may READ TOPIC {topic.name}" in first
    assert not [sentence for sentence in first if "no longer" in sentence]
    assert f"no longer allow: User:sessions may READ TOPIC {topic.name}" in then


def test_a_new_reader_is_given_its_rules(infrastructure: Infrastructure, fresh_topics: FreshTopics) -> None:
    topic = fresh_topics.make(owner="media", readers=())

    done = topics.apply(infrastructure.access("administrator"), [replace(topic, readers=("sessions",))])

    assert f"allow: User:sessions may READ TOPIC {topic.name}" in done.sentences()
