"""Tracked links and their QR codes over HTTP."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import AwareDatetime, BaseModel

from chassis.web import qr
from chassis.web.commands import Write
from chassis.web.files import download
from chassis.web.openapi import content_of
from chassis.web.pagination import Listing
from chassis.web.views import View, view_of
from contracts.media import Channel
from services.media.links import service
from services.media.links.commands import CreateLink
from services.media.links.service import LINKS
from services.media.resources import Res

router = APIRouter(prefix="/api/links", tags=["links"])


class LinkReply(BaseModel):
    """A link; `url` is what is posted or printed."""

    link_id: UUID
    code: str
    url: str


class LinkView(LinkReply):
    """A link with its openings of all days. Those of bots and previews, and suspected ones, are not visits."""

    target_url: str
    channel: Channel
    asset_id: UUID | None
    campaign_id: UUID | None
    district: str | None
    created_at: AwareDatetime
    people_visits: int
    bot_visits: int
    preview_visits: int
    suspected_visits: int


class Links(Listing):
    """Newest first."""

    links: list[LinkView]


@router.post("", status_code=201)
async def create_link(body: CreateLink, res: Res, write: Write) -> LinkReply:
    """Create a link. Its target can never be changed."""
    return await write.run(
        service.create,
        body,
        locks=[body.link_id],
        reply=lambda link: LinkReply(**asdict(link), url=service.public_address(res.settings, link.code)),
    )


@router.get("")
async def list_links(res: Res, view: Annotated[View, Depends(view_of(LINKS))]) -> Links:
    """The links with their openings; of one campaign if given."""
    page = await service.list_links(res.pool, view)
    views = [LinkView(**asdict(row), url=service.public_address(res.settings, row.code)) for row in page.rows]
    return Links(links=views, next=page.next)


@router.get("/{link_id}/qr.svg", response_class=Response, responses=content_of("image/svg+xml"))
async def qr_as_svg(link_id: UUID, res: Res) -> Response:
    """The link's QR code as SVG, for print in any size."""
    link = await service.get_link(res.pool, link_id)
    return download(qr.svg(service.public_address(res.settings, link.code)), "image/svg+xml", f"qr-{link.code}.svg")


@router.get("/{link_id}/qr.png", response_class=Response, responses=content_of("image/png"))
async def qr_as_png(link_id: UUID, res: Res) -> Response:
    """The link's QR code as PNG, at 600 dots per inch."""
    link = await service.get_link(res.pool, link_id)
    return download(qr.png(service.public_address(res.settings, link.code)), "image/png", f"qr-{link.code}.png")
