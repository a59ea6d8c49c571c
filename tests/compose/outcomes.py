"""`python -m tests.compose.outcomes`: the figures on the public topic, as JSON by cell."""

import json
import os

from confluent_kafka import Consumer, TopicPartition

from contracts.topics import REPORTING_OUTCOMES, consumer_group
from deploy.operator.broker.access import Access
from deploy.operator.topics import AdministratorSettings

READER = "subscriber"
TIMEOUT_SECONDS = 30.0


def outcomes(access: Access) -> dict[str, int | None]:
    """The newest value of each cell, read as an outside subscriber."""
    consumer = Consumer(
        {**access.settings(), "group.id": consumer_group(READER, "outcomes"), "enable.partition.eof": True}
    )
    partitions = range(REPORTING_OUTCOMES.partitions)
    consumer.assign([TopicPartition(REPORTING_OUTCOMES.name, partition, 0) for partition in partitions])
    figures: dict[str, int | None] = {}
    ended = 0
    while ended < len(partitions):
        record = consumer.poll(TIMEOUT_SECONDS)
        assert record is not None, "the broker says nothing"
        if record.error() is not None:
            ended += 1
        elif (value := record.value()) is not None:
            figures[(record.key() or b"").decode()] = json.loads(value)["value"]
    consumer.close()
    return figures


if __name__ == "__main__":
    password = os.environ[f"MINKA_{READER.upper()}_KAFKA_PASSWORD"]
    address = os.environ["MINKA_ADMIN_KAFKA_BOOTSTRAP"]
    print(json.dumps(outcomes(Access(address, READER, password, AdministratorSettings()))))
