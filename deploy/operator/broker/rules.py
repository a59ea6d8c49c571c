"""The access rules (ACLs) of the broker, derived from the catalogue of topics. Everything else is denied."""

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

from chassis.web.texts import _
from contracts.topics import Topic
from deploy.operator.broker.access import TIMEOUT_SECONDS, Access, administer
from deploy.operator.catalogue import SERVICES

CLUSTER = "kafka-cluster"
ANYTHING = "*"


def service_rules(topics: Iterable[Topic]) -> set[AclBinding]:
    """Owners may write their topics; readers may read in consumer groups named after them. Nobody may create topics."""
    rules: set[AclBinding] = set()
    for topic in topics:
        rules |= _owner_rules(topic)
        for reader in topic.readers:
            rules |= _reader_rules(topic, reader)
    return rules


def existing(access: Access) -> set[AclBinding]:
    """All rules of the broker."""
    anything: Any = None
    everything = AclBindingFilter(
        *(ResourceType.ANY, anything, ResourcePatternType.ANY, anything, anything),
        *(AclOperation.ANY, AclPermissionType.ANY),
    )
    admin = administer(access)
    return set(admin.describe_acls(everything, request_timeout=TIMEOUT_SECONDS).result())


def excess(granted: set[AclBinding], topics: Iterable[Topic]) -> set[AclBinding]:
    """Those of the granted rules that let a service use a topic of the catalogue that it no longer owns or reads."""
    catalogue = list(topics)
    possible = {
        allow(service, operation, ResourceType.TOPIC, topic.name)
        for service in SERVICES
        for topic in catalogue
        for operation in (AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE)
    }
    return (possible - service_rules(catalogue)) & granted


def remove(access: Access, rules: Iterable[AclBinding]) -> None:
    """Takes these rules from the broker."""
    filters = [
        AclBindingFilter(
            rule.restype,
            rule.name,
            rule.resource_pattern_type,
            rule.principal,
            rule.host,
            rule.operation,
            rule.permission_type,
        )
        for rule in rules
    ]
    admin = administer(access)
    if filters:
        for future in admin.delete_acls(filters, request_timeout=TIMEOUT_SECONDS).values():
            future.result()


def add(access: Access, rules: set[AclBinding]) -> None:
    """Adds these rules to the broker."""
    admin = administer(access)
    if rules:
        for future in admin.create_acls(list(rules), request_timeout=TIMEOUT_SECONDS).values():
            future.result()


def describe(rule: AclBinding) -> str:
    """One rule as a sentence for the terminal."""
    pattern = f"{rule.name}*" if rule.resource_pattern_type is ResourcePatternType.PREFIXED else rule.name
    return _(
        "%(user)s may %(operation)s %(kind)s %(name)s",
        user=rule.principal,
        operation=AclOperation(rule.operation).name,
        kind=ResourceType(rule.restype).name,
        name=pattern,
    )


def _owner_rules(topic: Topic) -> set[AclBinding]:
    return {
        allow(topic.owner, AclOperation.WRITE, ResourceType.TOPIC, topic.name),
        allow(topic.owner, AclOperation.DESCRIBE, ResourceType.TOPIC, topic.name),
        # An idempotent producer requests its producer id before it writes.
        allow(topic.owner, AclOperation.IDEMPOTENT_WRITE, ResourceType.BROKER, CLUSTER),
    }


def _reader_rules(topic: Topic, reader: str) -> set[AclBinding]:
    return {
        allow(reader, AclOperation.READ, ResourceType.TOPIC, topic.name),
        allow(reader, AclOperation.DESCRIBE, ResourceType.TOPIC, topic.name),
        allow(reader, AclOperation.READ, ResourceType.GROUP, f"{reader}.", ResourcePatternType.PREFIXED),
    }


def allow(
    principal: str,
    operation: AclOperation,
    kind: ResourceType,
    name: str,
    pattern: ResourcePatternType = ResourcePatternType.LITERAL,
) -> AclBinding:
    """The rule that lets this user do this, from any host."""
    return AclBinding(kind, name, pattern, f"User:{principal}", ANYTHING, operation, AclPermissionType.ALLOW)
