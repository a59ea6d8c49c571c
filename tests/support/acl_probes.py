"""Probes of a user's access rights on a broker. They import only what the operator's image has, to run there too."""

from collections.abc import Callable
from contextlib import closing

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import NewTopic

from contracts.topics import TOPICS, consumer_group
from deploy.operator.broker.access import Access, administer

TIMEOUT_SECONDS = 90.0

DENIED = (
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
)

NamesByPrincipal = dict[str, list[str]]
"""Names by principal."""


def writes(access: Access, topic: str) -> bool:
    """Whether the user may write to the topic. If so, this writes a record."""
    outcomes: list[KafkaError | None] = []
    producer = Producer(access.settings())
    producer.produce(topic, b"a probe", on_delivery=lambda error, _record: outcomes.append(error))
    producer.flush(TIMEOUT_SECONDS)
    [error] = outcomes
    return _is_allowed(error)


def reads(access: Access, topic: str) -> bool:
    """Whether the user may read the topic in a consumer group of its own."""
    with closing(_consumer(access, f"{access.username}.probes")) as consumer:
        if not _is_allowed(consumer.list_topics(topic, timeout=TIMEOUT_SECONDS).topics[topic].error):
            return False
        consumer.assign([TopicPartition(topic, 0, 0)])
        record = consumer.poll(TIMEOUT_SECONDS)
        assert record is not None, f"{access.username} got no answer about {topic}"
        return _is_allowed(record.error())


def moves(access: Access, group: str, topic: str) -> bool:
    """Whether the user may set the offsets of a consumer group, which would make it skip records."""
    admin = administer(access)
    offsets = [ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0, 0)])]
    return _succeeds(
        lambda: admin.alter_consumer_group_offsets(offsets, request_timeout=TIMEOUT_SECONDS)[group].result()
    )


def creates(access: Access, topic: str) -> bool:
    admin = administer(access)
    return _succeeds(lambda: admin.create_topics([NewTopic(topic, 1)], request_timeout=TIMEOUT_SECONDS)[topic].result())


def readable(accesses: list[Access]) -> NamesByPrincipal:
    """The topics of the catalogue that each user may read."""
    return {str(access.username): [topic for topic in TOPICS if reads(access, topic)] for access in accesses}


def writable_of_others(accesses: list[Access]) -> NamesByPrincipal:
    """The topics of other owners that each user may write."""
    return {
        str(access.username): [
            topic.name for topic in TOPICS.values() if topic.owner != access.username and writes(access, topic.name)
        ]
        for access in accesses
    }


def movable_of_others(accesses: list[Access]) -> NamesByPrincipal:
    """The consumer groups of others that each user may move, on topics that both may read."""
    return {
        str(access.username): [
            group
            for topic in TOPICS.values()
            for group in (consumer_group(reader, "probes") for reader in topic.readers if reader != access.username)
            if access.username in topic.readers and moves(access, group, topic.name)
        ]
        for access in accesses
    }


def _consumer(access: Access, group: str) -> Consumer:
    settings = access.settings() | {"group.id": group, "enable.partition.eof": True, "enable.auto.commit": False}
    return Consumer(settings)


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except KafkaException as refused:
        return _is_allowed(refused.args[0])
    return True


def _is_allowed(error: KafkaError | None) -> bool:
    """Whether the action was allowed. Raises all errors other than a denial."""
    if error is None or error.code() == KafkaError._PARTITION_EOF:
        return True
    if error.code() not in DENIED:
        raise KafkaException(error)
    return False
