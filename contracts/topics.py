"""The topics: what flows where, for how long, and who may write and read it.

Brokers and access rules are set up from this table (`minka topics`); nothing else names a topic's settings.
"""

from dataclasses import dataclass
from datetime import timedelta

FOR_EVER = None

COMPRESSION = "lz4"
"""How batches are compressed by whoever writes; readers need a codec for it."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `owner` and `readers` are the principals' names, `key` says what a record's key is."""

    name: str
    owner: str
    readers: tuple[str, ...]
    key: str
    partitions: int = 12
    retention: timedelta | None = FOR_EVER
    compacted: bool = False

    def settings(self) -> dict[str, str]:
        """The broker's settings of this topic, as `kafka-configs` spells them."""
        milliseconds = -1 if self.retention is None else int(self.retention.total_seconds() * 1000)
        return {
            "cleanup.policy": "compact" if self.compacted else "delete",
            "retention.ms": str(milliseconds),
            "retention.bytes": "-1",
            "max.message.bytes": str(2 * 1024 * 1024),
            "message.timestamp.type": "LogAppendTime",
        }


ENROLLMENT_EVENTS = Topic(
    "enrollment.events",
    owner="enrollment",
    readers=("sessions", "reporting"),
    key="person_id, or the subject where there is no person",
)
ENROLLMENT_PROGRAMMES = Topic("enrollment.programmes", owner="enrollment", readers=("media",), key="programme_id")
"""For readers that have no business with people."""

SESSIONS_EVENTS = Topic(
    "sessions.events",
    owner="sessions",
    readers=("enrollment", "reporting"),
    key="person_id, or the subject where there is no person",
)
MEDIA_EVENTS = Topic("media.events", owner="media", readers=("reporting",), key="the subject")
MEDIA_VISITS = Topic("media.visits", owner="media", readers=("media",), key="link_id", retention=timedelta(days=90))
REPORTING_EVENTS = Topic("reporting.events", owner="reporting", readers=("enrollment",), key="person_id")
REPORTING_OUTCOMES = Topic(
    "reporting.outcomes", owner="reporting", readers=("subscriber",), key="the published cell", compacted=True
)

PARTICIPATION_ACTS = Topic(
    "participation.acts", owner="participation", readers=(), key="the linkage token, or the act where there is none"
)
"""Written by platforms outside of this house; nobody may read it before a service has a use for it."""

TOPICS: dict[str, Topic] = {
    topic.name: topic
    for topic in (
        *(ENROLLMENT_EVENTS, ENROLLMENT_PROGRAMMES, SESSIONS_EVENTS, MEDIA_EVENTS, MEDIA_VISITS),
        *(REPORTING_EVENTS, REPORTING_OUTCOMES, PARTICIPATION_ACTS),
    )
}


def consumer_group(service: str, purpose: str) -> str:
    """Consumer groups are `service.purpose`, so that one prefix rule per principal is enough."""
    return f"{service}.{purpose}"
