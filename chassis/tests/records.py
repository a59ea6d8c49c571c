"""What the chassis' tests say and hear: events of one simple thing, and records nobody can read."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from contracts.enrollment import OrganizationRegistered
from contracts.event import OrganizationType
from tests.support.records import Record


def organization(name: str, organization_id: UUID | None = None) -> OrganizationRegistered:
    return OrganizationRegistered(
        occurred_at=datetime(2025, 5, 12, 15, tzinfo=UTC),
        organization_id=organization_id or uuid4(),
        name=name,
        organization_type=OrganizationType.YOUTH,
        district="060101",
    )


def garbage(offset: int, key: bytes = b"nobody") -> Record:
    return Record("enrollment.events", 0, offset, key, b"\x00\xff garbage", [("ce_id", None), ("x", b"\xff")])
