"""Signing in to a Kafka as its administrator."""

import logging
from dataclasses import dataclass

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

TIMEOUT_SECONDS = 30.0
"""Generous, because a broker that has just started answers slowly."""


@dataclass(frozen=True, slots=True)
class Access:
    """A broker's address and, unless its listener is open, a SCRAM user."""

    bootstrap: str
    username: str | None = None
    password: str | None = None

    def settings(self) -> dict[str, str | int | float | bool]:
        """The settings of a confluent-kafka client."""
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
    """A client for administration. Keep a reference while its futures are pending: deleting the client cancels them."""
    return AdminClient(access.settings(), logger=_silent())


def answers(access: Access, seconds: float = 2.0) -> bool:
    """Whether the broker is up and accepts this user."""
    try:
        administer(access).list_topics(timeout=seconds)
    except KafkaException:
        return False
    return True


def _silent() -> logging.Logger:
    """A logger that drops everything. By default librdkafka logs each refused connection to standard error."""
    logger = logging.getLogger("minka.kafka.client")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return logger
