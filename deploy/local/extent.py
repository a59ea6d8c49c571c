"""How much of a trial is started."""

from enum import StrEnum


class Extent(StrEnum):
    """Each holds the one before it."""

    INFRASTRUCTURE = "infrastructure"
    """Only PostgreSQL and Kafka: for development and tests."""
    EMPTY = "empty"
    """All services, without data."""
    DEMONSTRATION = "demonstration"
    """All services and the demonstration's year."""

    @property
    def has_services(self) -> bool:
        return self is not Extent.INFRASTRUCTURE
