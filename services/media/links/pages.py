"""Pages of tracked links and their QR codes."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis.web.commands import Write
from chassis.web.forms import Form, choices
from chassis.web.pages import render
from chassis.web.pagination import render_list
from chassis.web.texts import _
from chassis.web.views import View, view_of
from contracts.labels import CHANNELS
from contracts.territory import districts
from services.media.assets import service as assets
from services.media.campaigns import service as campaigns
from services.media.fields import district_choices
from services.media.links import service
from services.media.links.commands import CreateLink
from services.media.links.service import LINKS
from services.media.reach import service as reach
from services.media.resources import Res

router = APIRouter(include_in_schema=False)


@router.get("/links")
async def list_links(
    request: Request, res: Res, view: Annotated[View, Depends(view_of(LINKS, exports=True))]
) -> Response:
    return await render_list(request, "links/list.html", await service.list_links(res.pool, view))


@router.get("/links/new")
async def new_link(request: Request, res: Res) -> Response:
    return await _create_form(request, res, Form(dict(request.query_params)))


@router.post("/links/new")
async def create_link(res: Res, write: Write) -> Response:
    return await write.submit(
        CreateLink,
        service.create,
        locks=lambda command: [command.link_id],
        form=partial(_create_form, write.request, res),
        done=lambda link: (f"/links/{link.link_id}", _("The link is ready.")),
    )


@router.get("/links/{link_id}")
async def show_link(request: Request, link_id: UUID, res: Res) -> Response:
    link = await service.get_link(res.pool, link_id)
    return render(
        request,
        "links/link.html",
        link=link,
        address=service.public_address(res.settings, link.code),
        days=await reach.days_of_link(res.pool, link_id),
        channels=CHANNELS,
        districts=districts(),
    )


async def _create_form(request: Request, res: Res, form: Form[CreateLink]) -> Response:
    return render(
        request,
        "links/new.html",
        form.status,
        form=form,
        asset_choices=await assets.asset_choices(res.pool),
        campaign_choices=await campaigns.campaign_choices(res.pool),
        channel_choices=choices(CHANNELS),
        district_choices=district_choices(),
    )
