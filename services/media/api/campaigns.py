"""Campaigns over HTTP."""

from datetime import UTC, date, datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.web.idempotency import Idempotent
from chassis.web.pagination import Listing
from services.media import campaigns
from services.media.api.dependencies import After, Reader, Res, Writer
from services.media.api.lists import part
from services.media.campaigns import StartCampaign, sql

router = APIRouter(prefix="/api/campaigns", tags=["campaigns"])


class CampaignReply(BaseModel):
    """Whether a campaign is running."""

    campaign_id: UUID
    status: str


class CampaignView(CampaignReply):
    """A campaign; `visits` are people's, over all its links and days."""

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
async def start_campaign(body: StartCampaign, res: Res, once: Idempotent, _: Writer) -> CampaignReply:
    """Start a campaign."""
    async with once.transaction(res.pool, body.campaign_id) as connection:
        await campaigns.start(connection, body, datetime.now(UTC))
        return await once.keep(connection, CampaignReply(campaign_id=body.campaign_id, status="running"))


@router.get("")
async def list_campaigns(res: Res, _: Reader, after: After = None) -> Campaigns:
    """The campaigns, those ended among them."""
    rows, following = await part(res.pool, sql.campaigns.text, after)
    views = [CampaignView(**row, status="ended" if row["ended_on"] else "running") for row in rows]
    return Campaigns(campaigns=views, next=following)


@router.post("/{campaign_id}/end")
async def end_campaign(campaign_id: UUID, res: Res, once: Idempotent, _: Writer) -> CampaignReply:
    """End a campaign today, unless it was over before."""
    async with once.transaction(res.pool, campaign_id) as connection:
        await campaigns.end(connection, campaign_id, datetime.now(UTC))
        return await once.keep(connection, CampaignReply(campaign_id=campaign_id, status="ended"))
