"""Commands of campaigns."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.store.identifiers import new_id
from chassis.web.inputs import Command, not_before
from contracts.event import Day
from services.media.fields import Line, Text


class StartCampaign(Command):
    """Start a campaign, for a programme or for none."""

    campaign_id: UUID = Field(default_factory=new_id)
    programme_id: UUID | None = None
    name: Line
    objective: Text
    starts_on: Day
    ends_on: Annotated[Day | None, not_before("starts_on")] = None
