"""Who may do what on the broker, derived from the catalogue of topics. What is not listed here is denied."""

from collections.abc import Iterable
from typing import Any

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
)

from contracts.topics import Topic
from deploy.broker.access import PATIENCE, Access, administer

CLUSTER = "kafka-cluster"
ANYTHING = "*"


def service_rules(topics: Iterable[Topic]) -> set[AclBinding]:
    """The services' rules: owners write, readers read in consumer groups that bear their name. Nobody creates."""
    rules: set[AclBinding] = set()
    for topic in topics:
        rules |= _owner_rules(topic)
        for reader in topic.readers:
            rules |= _reader_rules(topic, reader)
    return rules


def open_listener_rules() -> set[AclBinding]:
    """The trial's open listener: people read and write every topic with kcat, but make or change none."""
    anonymous = "ANONYMOUS"
    topic_operations = (AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS)
    return {
        *(_allow(anonymous, operation, ResourceType.TOPIC, ANYTHING) for operation in topic_operations),
        _allow(anonymous, AclOperation.READ, ResourceType.GROUP, ANYTHING),
        _allow(anonymous, AclOperation.IDEMPOTENT_WRITE, ResourceType.BROKER, CLUSTER),
    }


def missing(access: Access, rules: set[AclBinding]) -> set[AclBinding]:
    """The rules which the broker does not have yet."""
    anything: Any = None
    everything = AclBindingFilter(
        *(ResourceType.ANY, anything, ResourcePatternType.ANY, anything, anything),
        *(AclOperation.ANY, AclPermissionType.ANY),
    )
    admin = administer(access)
    return rules - set(admin.describe_acls(everything, request_timeout=PATIENCE).result())


def add(access: Access, rules: set[AclBinding]) -> None:
    """Give the broker these rules."""
    admin = administer(access)
    if rules:
        for future in admin.create_acls(list(rules), request_timeout=PATIENCE).values():
            future.result()


def describe(rule: AclBinding) -> str:
    """One rule as a sentence for the terminal."""
    pattern = f"{rule.name}*" if rule.resource_pattern_type is ResourcePatternType.PREFIXED else rule.name
    return f"{rule.principal} may {AclOperation(rule.operation).name} {ResourceType(rule.restype).name} {pattern}"


def _owner_rules(topic: Topic) -> set[AclBinding]:
    return {
        _allow(topic.owner, AclOperation.WRITE, ResourceType.TOPIC, topic.name),
        _allow(topic.owner, AclOperation.DESCRIBE, ResourceType.TOPIC, topic.name),
        # The idempotent producer asks for its number before it writes.
        _allow(topic.owner, AclOperation.IDEMPOTENT_WRITE, ResourceType.BROKER, CLUSTER),
    }


def _reader_rules(topic: Topic, reader: str) -> set[AclBinding]:
    return {
        _allow(reader, AclOperation.READ, ResourceType.TOPIC, topic.name),
        _allow(reader, AclOperation.DESCRIBE, ResourceType.TOPIC, topic.name),
        _allow(reader, AclOperation.READ, ResourceType.GROUP, f"{reader}.", ResourcePatternType.PREFIXED),
    }


def _allow(
    principal: str,
    operation: AclOperation,
    kind: ResourceType,
    name: str,
    pattern: ResourcePatternType = ResourcePatternType.LITERAL,
) -> AclBinding:
    return AclBinding(kind, name, pattern, f"User:{principal}", ANYTHING, operation, AclPermissionType.ALLOW)
