"""Fresh topics with the access rules of their owner and readers."""

import uuid

from contracts.topics import Topic
from deploy.operator.broker import topics
from tests.support.infrastructure import Infrastructure


class FreshTopics:
    """Creates topics and deletes them all at the end."""

    def __init__(self, infrastructure: Infrastructure) -> None:
        self._administrator = infrastructure.access("administrator")
        self._made: list[str] = []

    def make(
        self,
        owner: str = "enrollment",
        readers: tuple[str, ...] = ("sessions", "reporting"),
        partitions: int = 3,
        compacted: bool = False,
    ) -> Topic:
        """A topic `<owner>.test.<unique>` which `owner` may write and `readers` may read."""
        name = f"{owner}.test.{uuid.uuid4().hex[:12]}"
        topic = Topic(name, owner, readers, key="any", partitions=partitions, compacted=compacted)
        self._made.append(name)
        topics.apply(self._administrator, [topic])
        return topic

    def delete(self) -> None:
        topics.remove(self._administrator, self._made)
        self._made.clear()
