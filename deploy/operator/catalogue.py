"""The services, their databases and the users of the broker."""

from contracts.topics import TOPICS

# Reporting comes last, because its prefix is empty: it answers every address that no other service answers.
SERVICES = ("enrollment", "sessions", "media", "reporting")

# Enrollment keeps its encryption keys in a database apart from the data that they decrypt.
DATABASES = ("enrollment", "enrollment_keys", "sessions", "media", "reporting")


def principals() -> set[str]:
    """Every user of Kafka: the services, and the other owners and readers in the catalogue of topics."""
    return {name for topic in TOPICS.values() for name in (topic.owner, *topic.readers)} | set(SERVICES)
