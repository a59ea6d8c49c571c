"""Publications: an asset on a channel, and whether it can still be seen there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.media import AssetKind, Channel


class PublicationStatus(StrEnum):
    """Whether a publication was taken down."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication with its asset's kind, title and hash, and its campaign's programme and name."""

    publication_id: UUID
    asset_id: UUID
    campaign_id: UUID | None
    channel: Channel
    url: str
    published_at: datetime
    district: str | None
    withdrawn_at: datetime | None
    kind: AssetKind
    title: str
    content_sha256: str
    programme_id: UUID | None
    campaign: str | None

    @property
    def status(self) -> PublicationStatus:
        return PublicationStatus.WITHDRAWN if self.withdrawn_at else PublicationStatus.ACTIVE
