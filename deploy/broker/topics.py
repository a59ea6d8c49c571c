"""Topics on a broker brought into line with the catalogue. Partitions never change: a key would change its place."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from confluent_kafka.admin import (
    AclBinding,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from contracts.topics import Topic
from deploy.broker import rules
from deploy.broker.access import PATIENCE, Access, administer


@dataclass(frozen=True, slots=True)
class Difference:
    """What a broker lacks: topics, settings that stand otherwise (topic, setting, wanted value), rules."""

    topics: tuple[Topic, ...]
    settings: tuple[tuple[str, str, str], ...]
    rules: frozenset[AclBinding]

    def sentences(self) -> list[str]:
        """What is to be done, one sentence each."""
        return [
            *(f"create topic {topic.name} with {topic.partitions} partitions" for topic in self.topics),
            *(f"set {setting}={value} on topic {topic}" for topic, setting, value in self.settings),
            *sorted(f"allow: {rules.describe(rule)}" for rule in self.rules),
        ]


def compare(access: Access, topics: Iterable[Topic], more_rules: Iterable[AclBinding] = ()) -> Difference:
    """What the broker lacks to be as the catalogue says, and the rules it should have beyond the services'."""
    catalogue = list(topics)
    admin = administer(access)
    there = admin.list_topics(timeout=PATIENCE).topics
    return Difference(
        topics=tuple(topic for topic in catalogue if topic.name not in there),
        settings=tuple(_differing_settings(admin, [topic for topic in catalogue if topic.name in there])),
        rules=frozenset(rules.missing(access, rules.service_rules(catalogue) | set(more_rules))),
    )


def apply(access: Access, topics: Iterable[Topic], more_rules: Iterable[AclBinding] = ()) -> Difference:
    """Bring the broker into line; returns what was changed. Running it again changes nothing."""
    catalogue, wanted_rules = list(topics), list(more_rules)
    difference = compare(access, catalogue, wanted_rules)
    admin = administer(access)
    _create(admin, difference.topics)
    _align(admin, difference.settings)
    rules.add(access, set(difference.rules))
    _wait_until_known(access, catalogue, wanted_rules)
    return difference


def remove(access: Access, names: list[str]) -> None:
    """Delete topics with all they hold: for tests, which make topics of their own."""
    admin = administer(access)
    if names:
        for future in admin.delete_topics(names, operation_timeout=PATIENCE).values():
            future.result()


def _wait_until_known(access: Access, topics: list[Topic], more_rules: list[AclBinding]) -> None:
    """A controller says yes before its brokers know: until they do, they deny and cannot find."""
    deadline = time.monotonic() + PATIENCE
    while wanting := compare(access, topics, more_rules).sentences():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the broker was told, but does not know yet: {'; '.join(wanting)}")
        time.sleep(0.05)


def _create(admin: AdminClient, topics: tuple[Topic, ...]) -> None:
    wanted = [NewTopic(topic.name, num_partitions=topic.partitions, config=topic.settings()) for topic in topics]
    if wanted:
        for future in admin.create_topics(wanted, operation_timeout=PATIENCE).values():
            future.result()


def _differing_settings(admin: AdminClient, topics: list[Topic]) -> list[tuple[str, str, str]]:
    if not topics:
        return []
    wanted = {topic.name: topic.settings() for topic in topics}
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in wanted]
    return [
        (resource.name, setting, value)
        for resource, future in admin.describe_configs(resources, request_timeout=PATIENCE).items()
        for setting, value in _differences(future.result(), wanted[resource.name])
    ]


def _differences(present: Mapping[str, ConfigEntry], wanted: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(setting, value) for setting, value in wanted.items() if present[setting].value != value]


def _align(admin: AdminClient, settings: tuple[tuple[str, str, str], ...]) -> None:
    resources: dict[str, ConfigResource] = {}
    for topic, setting, value in settings:
        resource = resources.setdefault(topic, ConfigResource(ResourceType.TOPIC, topic))
        entry = ConfigEntry(setting, value, incremental_operation=AlterConfigOpType.SET)
        resource.add_incremental_config(entry)
    if resources:
        for future in admin.incremental_alter_configs(list(resources.values()), request_timeout=PATIENCE).values():
            future.result()
