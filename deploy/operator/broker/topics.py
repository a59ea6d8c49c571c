"""Brings the topics of a broker into line with the catalogue.

The number of partitions is never changed, because keys would move to other partitions and lose their order.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from confluent_kafka.admin import (
    AclBinding,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourceType,
)

from chassis.web.texts import _
from contracts.topics import Topic
from deploy.operator.broker import rules
from deploy.operator.broker.access import TIMEOUT_SECONDS, Access, administer


@dataclass(frozen=True, slots=True)
class Difference:
    """What a broker lacks: topics, settings with another value (topic, setting, wanted value), and rules.

    `excess` are rules that let a service do what the catalogue no longer grants it.
    """

    topics: tuple[Topic, ...]
    settings: tuple[tuple[str, str, str], ...]
    rules: frozenset[AclBinding]
    excess: frozenset[AclBinding]

    def sentences(self) -> list[str]:
        """The changes to make, one sentence each."""
        return [
            *(
                _("create topic %(topic)s with %(number)d partitions", topic=topic.name, number=topic.partitions)
                for topic in self.topics
            ),
            *(
                _("set %(setting)s=%(value)s on topic %(topic)s", setting=setting, value=value, topic=topic)
                for topic, setting, value in self.settings
            ),
            *sorted(_("allow: %(rule)s", rule=rules.describe(rule)) for rule in self.rules),
            *sorted(_("no longer allow: %(rule)s", rule=rules.describe(rule)) for rule in self.excess),
        ]


def compare(
    access: Access, topics: Iterable[Topic], more_rules: Iterable[AclBinding] = (), *, revokes: bool = True
) -> Difference:
    """What the broker lacks of the catalogue, of the services' rules, and of `more_rules`.

    Without `revokes` nothing is excess: the former release may still run and need it.
    """
    catalogue = list(topics)
    admin = administer(access)
    existing = admin.list_topics(timeout=TIMEOUT_SECONDS).topics
    granted = rules.existing(access)
    return Difference(
        topics=tuple(topic for topic in catalogue if topic.name not in existing),
        settings=tuple(_differing_settings(admin, [topic for topic in catalogue if topic.name in existing])),
        rules=frozenset((rules.service_rules(catalogue) | set(more_rules)) - granted),
        excess=frozenset(rules.excess(granted, catalogue) if revokes else ()),
    )


def apply(
    access: Access, topics: Iterable[Topic], more_rules: Iterable[AclBinding] = (), *, revokes: bool = True
) -> Difference:
    """Brings the broker into line and returns what was changed. Idempotent."""
    catalogue, wanted_rules = list(topics), list(more_rules)
    wanting = partial(compare, access, catalogue, wanted_rules, revokes=revokes)
    difference = wanting()
    admin = administer(access)
    _create(admin, difference.topics)
    _align(admin, difference.settings)
    rules.add(access, set(difference.rules))
    rules.remove(access, difference.excess)
    _wait_until_known(wanting)
    return difference


def remove(access: Access, names: list[str]) -> None:
    """Deletes topics with all their records. Only tests do so, with topics that they created."""
    admin = administer(access)
    if names:
        for future in admin.delete_topics(names, operation_timeout=TIMEOUT_SECONDS).values():
            future.result()


def _wait_until_known(wanting: Callable[[], Difference]) -> None:
    """Waits until the brokers know the changes: the controller accepts them earlier, and brokers still deny access."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while changes := wanting().sentences():
        if time.monotonic() > deadline:
            raise TimeoutError(
                _(
                    "the broker has accepted these changes but does not apply them yet: %(changes)s",
                    changes="; ".join(changes),
                )
            )
        time.sleep(0.05)


def _create(admin: AdminClient, topics: tuple[Topic, ...]) -> None:
    wanted = [NewTopic(topic.name, num_partitions=topic.partitions, config=topic.settings()) for topic in topics]
    if wanted:
        for future in admin.create_topics(wanted, operation_timeout=TIMEOUT_SECONDS).values():
            future.result()


def _differing_settings(admin: AdminClient, topics: list[Topic]) -> list[tuple[str, str, str]]:
    if not topics:
        return []
    wanted = {topic.name: topic.settings() for topic in topics}
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in wanted]
    return [
        (resource.name, setting, value)
        for resource, future in admin.describe_configs(resources, request_timeout=TIMEOUT_SECONDS).items()
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
        for future in admin.incremental_alter_configs(
            list(resources.values()), request_timeout=TIMEOUT_SECONDS
        ).values():
            future.result()
