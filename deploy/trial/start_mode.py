"""The parts of a trial that a start includes."""

from enum import StrEnum


class StartMode(StrEnum):
    """Each includes the one before it."""

    INFRASTRUCTURE = "infrastructure"
    """Only PostgreSQL and Kafka: for development and tests."""
    EMPTY = "empty"
    """All services, without data."""
    DEMONSTRATION = "demonstration"
    """All services and the demonstration's year."""

    @property
    def has_services(self) -> bool:
        return self is not StartMode.INFRASTRUCTURE
