"""Campaigns over HTTP."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from chassis.web.commands import Write
from chassis.web.pagination import Listing
from chassis.web.views import View, view_of
from services.media.campaigns import service
from services.media.campaigns.commands import StartCampaign
from services.media.campaigns.domain import Campaign, CampaignStatus
from services.media.campaigns.service import CAMPAIGNS
from services.media.days import today
from services.media.resources import Res

router = APIRouter(prefix="/api/campaigns", tags=["campaigns"])


class CampaignReply(BaseModel):
    """Whether a campaign is running."""

    campaign_id: UUID
    status: CampaignStatus

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        return cls(campaign_id=campaign.campaign_id, status=campaign.status_on(today()))


class CampaignView(CampaignReply):
    """A campaign; `visits` are people's, over all its links and days."""

    model_config = ConfigDict(from_attributes=True)

    programme_id: UUID | None
    name: str
    objective: str
    starts_on: date
    ends_on: date | None
    ended_on: date | None
    publications: int
    visits: int


class Campaigns(Listing):
    """Newest first."""

    campaigns: list[CampaignView]


@router.post("", status_code=201)
async def start_campaign(body: StartCampaign, write: Write) -> CampaignReply:
    """Start a campaign."""
    return await write.run(
        service.start,
        body,
        locks=[body.campaign_id],
        reply=CampaignReply.of,
    )


@router.get("")
async def list_campaigns(res: Res, view: Annotated[View, Depends(view_of(CAMPAIGNS))]) -> Campaigns:
    """The campaigns, those ended included."""
    page = await service.list_campaigns(res.pool, view, today())
    return Campaigns(campaigns=[CampaignView.model_validate(row) for row in page.rows], next=page.next)


@router.post("/{campaign_id}/end")
async def end_campaign(campaign_id: UUID, write: Write) -> CampaignReply:
    """End a campaign today, unless it was over before."""
    return await write.run(
        service.end,
        campaign_id,
        locks=[campaign_id],
        reply=lambda ended: CampaignReply(campaign_id=ended, status=CampaignStatus.ENDED),
    )
