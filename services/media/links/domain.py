"""Tracked links and what their codes lead to."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.media import Channel


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A link and the code that stands in its address."""

    link_id: UUID
    code: str


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """A link and the address that it leads to."""

    link_id: UUID
    target_url: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link with its asset's title and its campaign's name."""

    link_id: UUID
    target_url: str
    channel: Channel
    asset_id: UUID | None
    campaign_id: UUID | None
    district: str | None
    code: str
    created_at: datetime
    title: str | None
    campaign: str | None
