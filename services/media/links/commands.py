"""Commands of links."""

from uuid import UUID

from pydantic import Field

from chassis.store.identifiers import new_id
from chassis.web.inputs import Command
from contracts.media import Channel
from services.media.fields import District, WebAddress


class CreateLink(Command):
    """Create a link. Its target and the place where it will be seen can never be changed."""

    link_id: UUID = Field(default_factory=new_id)
    target_url: WebAddress
    channel: Channel
    asset_id: UUID | None = None
    campaign_id: UUID | None = None
    district: District | None = None
