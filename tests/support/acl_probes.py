"""What somebody may do on a broker, found out by trying. It imports what the operator's image has, to run there too."""

from collections.abc import Callable
from contextlib import closing

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import NewTopic

from contracts.topics import TOPICS, consumer_group
from deploy.operator.broker.access import Access, administer

PATIENCE = 30.0
"""Seconds in which a broker answers, whatever it answers."""

DENIED = (
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
)

NamesByPrincipal = dict[str, list[str]]
"""Names by principal."""


def writes(access: Access, topic: str) -> bool:
    """Whether one record more may stand on the topic; if so it does."""
    outcomes: list[KafkaError | None] = []
    producer = Producer(access.settings())
    producer.produce(topic, b"an attempt", on_delivery=lambda error, _record: outcomes.append(error))
    producer.flush(PATIENCE)
    [error] = outcomes
    return _is_allowed(error)


def reads(access: Access, topic: str) -> bool:
    """Whether the topic's records may be seen, in a group of the reader's own."""
    with closing(_consumer(access, f"{access.username}.attempts")) as consumer:
        if not _is_allowed(consumer.list_topics(topic, timeout=PATIENCE).topics[topic].error):
            return False
        consumer.assign([TopicPartition(topic, 0, 0)])
        record = consumer.poll(PATIENCE)
        assert record is not None, f"{access.username} was told nothing about {topic}"
        return _is_allowed(record.error())


def moves(access: Access, group: str, topic: str) -> bool:
    """Whether the place of a consumer group may be set: what it has not read would be skipped."""
    admin = administer(access)
    asked = ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0, 0)])
    return _succeeds(lambda: admin.alter_consumer_group_offsets([asked], request_timeout=PATIENCE)[group].result())


def creates(access: Access, topic: str) -> bool:
    admin = administer(access)
    return _succeeds(lambda: admin.create_topics([NewTopic(topic, 1)], request_timeout=PATIENCE)[topic].result())


def readable(accesses: list[Access]) -> NamesByPrincipal:
    """Who reads what, of the catalogue's topics."""
    return {str(access.username): [topic for topic in TOPICS if reads(access, topic)] for access in accesses}


def writable_of_others(accesses: list[Access]) -> NamesByPrincipal:
    """Who writes what is another's."""
    return {
        str(access.username): [
            topic.name for topic in TOPICS.values() if topic.owner != access.username and writes(access, topic.name)
        ]
        for access in accesses
    }


def movable_of_others(accesses: list[Access]) -> NamesByPrincipal:
    """Who moves which service's group on a topic that both may read."""
    return {
        str(access.username): [
            group
            for topic in TOPICS.values()
            for group in (consumer_group(reader, "attempts") for reader in topic.readers if reader != access.username)
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
    """Whether it was done, or denied; any other error is the test's own trouble."""
    if error is None or error.code() == KafkaError._PARTITION_EOF:
        return True
    if error.code() not in DENIED:
        raise KafkaException(error)
    return False
