"""Signing in to a Kafka as its administrator."""

import logging
from dataclasses import dataclass

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

# Generous, because a broker that has just started answers slowly. Seconds.
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Access:
    """A broker's address and, where it asks for one, a SCRAM user."""

    bootstrap: str
    username: str | None = None
    password: str | None = None

    def settings(self) -> dict[str, str | int | float | bool]:
        """The same as the client library spells it."""
        if self.username is None:
            return {"bootstrap.servers": self.bootstrap}
        return {
            "bootstrap.servers": self.bootstrap,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": self.username,
            "sasl.password": self.password or "",
        }


def administer(access: Access) -> AdminClient:
    """A client for administration. Keep it in a variable while it works: what it has begun ends with it."""
    return AdminClient(access.settings(), logger=_silent())


def answers(access: Access, seconds: float = 2.0) -> bool:
    """Whether the broker is up and lets us in."""
    try:
        administer(access).list_topics(timeout=seconds)
    except KafkaException:
        return False
    return True


def _silent() -> logging.Logger:
    """The library reports every refused connection on standard error; who asks a question wants only its answer."""
    logger = logging.getLogger("minka.kafka.client")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return logger
