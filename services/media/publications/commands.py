"""Commands of publications."""

from uuid import UUID

from pydantic import Field

from chassis.store.identifiers import new_id
from chassis.web.inputs import Command
from contracts.event import Instant
from contracts.media import Channel
from services.media.fields import District, WebAddress


class RecordPublication(Command):
    """Record where an asset can be seen since when."""

    publication_id: UUID = Field(default_factory=new_id)
    asset_id: UUID
    campaign_id: UUID | None = None
    channel: Channel
    url: WebAddress
    published_at: Instant = Field(description="When it was published there first.")
    district: District | None = None
