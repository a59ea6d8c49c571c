"""Events of media: assets, publications, campaigns, tracked links, visits and reach."""

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from .event import Day, Event


class AssetKind(StrEnum):
    REEL = "reel"
    FLYER = "flyer"
    POSTER = "poster"
    PHOTO = "photo"
    AUDIO_SPOT = "audio_spot"


class AssetStatus(StrEnum):
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    WHATSAPP = "whatsapp"
    RADIO = "radio"
    NOTICE_BOARD = "notice_board"
    WEB = "web"
    OTHER = "other"


class VisitorClass(StrEnum):
    """The kind of visitor of a link; previews and bots are never views (after the MRC's invalid-traffic rules)."""

    PERSON = "person"
    BOT = "bot"
    PREVIEW = "preview"


class EvidenceGrade(StrEnum):
    """How a reach figure is known; figures of different grades are never summed."""

    MEASURED = "measured"
    PLATFORM_ESTIMATED = "platform_estimated"
    SURVEY = "survey"
    DECLARED = "declared"


class MediaEvent(Event):
    """An event on `media.events`."""

    topic: ClassVar[str] = "media.events"


class Asset(MediaEvent):
    """A piece of content, such as a reel or a flyer: full state."""

    subject_field: ClassVar[str] = "asset_id"
    key_field: ClassVar[str] = "asset_id"

    asset_id: UUID
    kind: AssetKind
    title: str
    language: str = Field(description="ISO 639 code.")
    content_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    status: AssetStatus


class AssetPublished(Asset):
    """An asset may be shown."""

    type: ClassVar[str] = "minka.media.AssetPublished.v1"


class AssetWithdrawn(Asset):
    """An asset may no longer be shown."""

    type: ClassVar[str] = "minka.media.AssetWithdrawn.v1"


class Publication(MediaEvent):
    """An asset on a channel: full state. `occurred_at` is its first publication."""

    subject_field: ClassVar[str] = "publication_id"
    key_field: ClassVar[str] = "publication_id"

    publication_id: UUID
    asset_id: UUID
    campaign_id: UUID | None
    programme_id: UUID | None
    kind: AssetKind
    channel: Channel
    url: str
    content_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    district: str | None = Field(pattern=r"^06\d{4}$", description="INEI code of the district it is for, if one.")
    active: bool


class PublicationRecorded(Publication):
    """An asset was published on a channel."""

    type: ClassVar[str] = "minka.media.PublicationRecorded.v1"


class PublicationWithdrawn(Publication):
    """A publication was taken down."""

    type: ClassVar[str] = "minka.media.PublicationWithdrawn.v1"


class Campaign(MediaEvent):
    """A campaign's full state."""

    subject_field: ClassVar[str] = "campaign_id"
    key_field: ClassVar[str] = "campaign_id"

    campaign_id: UUID
    programme_id: UUID | None
    name: str
    objective: str
    starts_on: date
    ends_on: date | None


class CampaignStarted(Campaign):
    """A campaign began."""

    type: ClassVar[str] = "minka.media.CampaignStarted.v1"


class CampaignEnded(Campaign):
    """A campaign came to its end."""

    type: ClassVar[str] = "minka.media.CampaignEnded.v1"


class LinkCreated(MediaEvent):
    """A tracked link, as printed in a QR code or posted on a channel."""

    type: ClassVar[str] = "minka.media.LinkCreated.v1"
    subject_field: ClassVar[str] = "link_id"
    key_field: ClassVar[str] = "link_id"

    link_id: UUID
    code: str
    target_url: str
    asset_id: UUID | None
    campaign_id: UUID | None
    programme_id: UUID | None
    channel: Channel
    district: str | None = Field(pattern=r"^06\d{4}$", description="INEI code of the district it is placed in, if one.")


class PlatformReachRecorded(MediaEvent):
    """What a platform says of a publication over a period; an estimate, never added to another."""

    type: ClassVar[str] = "minka.media.PlatformReachRecorded.v1"
    subject_field: ClassVar[str] = "figure_id"
    key_field: ClassVar[str] = "publication_id"

    figure_id: UUID
    publication_id: UUID
    channel: Channel
    period_start: date
    period_end: date
    reach: int | None = Field(ge=0, description="Accounts.")
    impressions: int | None = Field(ge=0)
    grade: EvidenceGrade


class ReachMeasured(MediaEvent):
    """The visits of one link on one day (America/Lima), folded: counts per class and a sketch of the people."""

    type: ClassVar[str] = "minka.media.ReachMeasured.v1"
    subject_field: ClassVar[str] = "reach_id"
    key_field: ClassVar[str] = "link_id"

    reach_id: UUID
    link_id: UUID
    campaign_id: UUID | None
    programme_id: UUID | None
    channel: Channel
    district: str | None = Field(pattern=r"^06\d{4}$")
    day: Day
    people_visits: int = Field(ge=0, description="Opens by people, without the suspected ones.")
    bot_visits: int = Field(ge=0)
    preview_visits: int = Field(ge=0)
    people_sketch: str = Field(description="Compact theta sketch (Apache DataSketches) of the day's visitors, base64.")
    suspected_visits: int = Field(
        default=0, ge=0, description="Opens by people beyond those that count of one address in a day."
    )


class VisitRecorded(Event):
    """One opening of a tracked link. The digests' salt lives one day, then nobody can link them to anything."""

    type: ClassVar[str] = "minka.media.VisitRecorded.v1"
    topic: ClassVar[str] = "media.visits"
    subject_field: ClassVar[str] = "visit_id"
    key_field: ClassVar[str] = "link_id"

    visit_id: UUID
    link_id: UUID
    visitor_class: VisitorClass
    visitor_digest: str = Field(pattern=r"^[0-9a-f]{32}$", description="Of the address and the user agent.")
    address_digest: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{32}$", description="Of the IPv4 address, or of the IPv6 network of 64 bits."
    )
