"""Pages of campaigns."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from chassis.web.commands import Write
from chassis.web.forms import Form
from chassis.web.pages import render
from chassis.web.pagination import render_list
from chassis.web.texts import _
from chassis.web.views import View, view_of
from services.media.campaigns import service
from services.media.campaigns.commands import StartCampaign
from services.media.campaigns.labels import CAMPAIGN_STATUSES
from services.media.campaigns.service import CAMPAIGNS
from services.media.days import today
from services.media.links import service as links
from services.media.publications import service as publications
from services.media.replicas import service as replicas
from services.media.resources import Res

router = APIRouter(include_in_schema=False)


@router.get("/campaigns")
async def list_campaigns(
    request: Request, res: Res, view: Annotated[View, Depends(view_of(CAMPAIGNS, exports=True))]
) -> Response:
    return await render_list(request, "campaigns/list.html", await service.list_campaigns(res.pool, view, today()))


@router.get("/campaigns/new")
async def new_campaign(request: Request, res: Res) -> Response:
    return await _start_form(request, res, Form())


@router.post("/campaigns/new")
async def start_campaign(res: Res, write: Write) -> Response:
    return await write.submit(
        StartCampaign,
        service.start,
        locks=lambda command: [command.campaign_id],
        form=partial(_start_form, write.request, res),
        done=lambda campaign: (f"/campaigns/{campaign.campaign_id}", _("The campaign is on record.")),
    )


@router.get("/campaigns/{campaign_id}")
async def show_campaign(request: Request, campaign_id: UUID, res: Res) -> Response:
    return await _campaign(request, res, campaign_id, Form())


@router.post("/campaigns/{campaign_id}/end")
async def end_campaign(campaign_id: UUID, res: Res, write: Write) -> Response:
    return await write.press(
        service.end,
        campaign_id,
        locks=[campaign_id],
        form=partial(_campaign, write.request, res, campaign_id),
        done=lambda ended: (f"/campaigns/{ended}", _("The campaign has ended.")),
    )


async def _start_form(request: Request, res: Res, form: Form[StartCampaign]) -> Response:
    programmes = await replicas.programme_choices(res.pool)
    return render(request, "campaigns/new.html", form.status, form=form, programme_choices=programmes)


async def _campaign(request: Request, res: Res, campaign_id: UUID, form: Form[BaseModel]) -> Response:
    campaign = await service.get_campaign(res.pool, campaign_id)
    return render(
        request,
        "campaigns/campaign.html",
        form.status,
        form=form,
        campaign=campaign,
        state=campaign.status_on(today()),
        publications=await publications.publications_of_campaign(res.pool, campaign_id),
        links=await links.links_of_campaign(res.pool, campaign_id),
        campaign_statuses=CAMPAIGN_STATUSES,
    )
