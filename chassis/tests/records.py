"""Kafka records as a test writes them down: the events of one thing, and records nobody can read."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

from contracts.enrollment import OrganizationRegistered
from contracts.envelope import Envelope, Headers, to_headers
from contracts.event import OrganizationType

SOURCE = "/minka/enrollment"


@dataclass(frozen=True, slots=True)
class Record:
    """A record as aiokafka hands it over."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


def organization(name: str, organization_id: UUID | None = None) -> OrganizationRegistered:
    return OrganizationRegistered(
        occurred_at=datetime(2025, 5, 12, 15, tzinfo=UTC),
        organization_id=organization_id or uuid4(),
        name=name,
        organization_type=OrganizationType.YOUTH,
        district="060101",
    )


def envelope(event: OrganizationRegistered, version: int = 1, event_type: str | None = None) -> Envelope:
    return Envelope(
        id=uuid4(),
        source=SOURCE,
        type=event_type or event.type,
        time=datetime.now(UTC),
        subject=event.subject,
        partition_key=event.partition_key,
        version=version,
    )


def record(event: OrganizationRegistered, offset: int = 0, version: int = 1, event_type: str | None = None) -> Record:
    headers = to_headers(envelope(event, version, event_type))
    return Record(event.topic, 0, offset, event.partition_key.encode(), event.model_dump_json().encode(), headers)


def garbage(offset: int, key: bytes = b"nobody") -> Record:
    return Record("enrollment.events", 0, offset, key, b"\x00\xff garbage", [("ce_id", None), ("x", b"\xff")])
