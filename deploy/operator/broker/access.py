"""Signing in to a Kafka as its administrator."""

import logging
import time
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from chassis.runtime.kafka_security import KafkaSecurity

SIGN_IN_ERRORS = {KafkaError._AUTHENTICATION, KafkaError.SASL_AUTHENTICATION_FAILED, KafkaError._SSL}
TRANSIENT = {KafkaError._TRANSPORT, KafkaError._TIMED_OUT, KafkaError._ALL_BROKERS_DOWN}

TIMEOUT_SECONDS = 30.0
"""Generous, because a broker that has just started answers slowly."""


@dataclass(frozen=True, slots=True)
class Access:
    """A broker's address and, unless its listener is open, a user. `security`: how it signs in, whom it believes."""

    bootstrap: str
    username: str | None = None
    password: str | None = None
    security: KafkaSecurity = field(default_factory=KafkaSecurity)

    def settings(self) -> dict[str, str | int | float | bool]:
        """The settings of a confluent-kafka client."""
        return {"bootstrap.servers": self.bootstrap, **self.security.librdkafka(self.username, self.password)}


def administer(access: Access) -> AdminClient:
    """A client for administration. Keep a reference while its futures are pending: deleting the client cancels them."""
    return AdminClient(access.settings(), logger=_silent())


def sign_in(access: Access) -> None:
    """Waits until the broker answers. Raises `KafkaException`, at once where it refuses the user or the password."""
    refused: list[KafkaError] = []
    settings: dict[str, Any] = {**access.settings(), "error_cb": refused.append}
    client = AdminClient(settings, logger=_silent())
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while True:
        try:
            client.list_topics(timeout=1)
        except KafkaException as error:
            client.poll(0)
            if named := [one for one in refused if one.code() in SIGN_IN_ERRORS]:
                raise KafkaException(named[0]) from None
            if time.monotonic() > deadline or error.args[0].code() not in TRANSIENT:
                raise
        else:
            return


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
