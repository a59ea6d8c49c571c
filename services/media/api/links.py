"""Tracked links and their QR codes over HTTP."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AwareDatetime, BaseModel

from chassis.store.database import Row
from chassis.web.idempotency import Idempotent
from chassis.web.pagination import Listing
from contracts.media import Channel
from services.media import links, qr
from services.media.api.dependencies import After, Reader, Res, Writer
from services.media.api.lists import part
from services.media.links import CreateLink, sql

router = APIRouter(prefix="/api/links", tags=["links"])


class LinkReply(BaseModel):
    """A link; `url` is what is posted or printed."""

    link_id: UUID
    code: str
    url: str


class LinkView(LinkReply):
    """A link with its openings over all days; those of bots and previews are no visits."""

    target_url: str
    channel: Channel
    asset_id: UUID | None
    campaign_id: UUID | None
    district: str | None
    created_at: AwareDatetime
    people_visits: int
    bot_visits: int
    preview_visits: int


class Links(Listing):
    """Newest first."""

    links: list[LinkView]


async def visible_link(link_id: UUID, res: Res, _: Reader) -> Row:
    """The link at this address."""
    return await links.existing(res.pool, link_id)


VisibleLink = Annotated[Row, Depends(visible_link)]


def address_of(request: Request, code: str) -> str:
    """The public address of a link."""
    return f"{request.app.state.settings.public_url}{request.app.state.prefix}/r/{code}"


@router.post("", status_code=201)
async def create_link(body: CreateLink, request: Request, res: Res, once: Idempotent, _: Writer) -> LinkReply:
    """Create a link. Where it leads is fixed for ever."""
    async with once.transaction(res.pool, body.link_id) as connection:
        code = await links.create(connection, body, datetime.now(UTC))
        reply = LinkReply(link_id=body.link_id, code=code, url=address_of(request, code))
        return await once.keep(connection, reply)


@router.get("")
async def list_links(
    request: Request, res: Res, _: Reader, after: After = None, campaign_id: UUID | None = None
) -> Links:
    """The links with their openings; of one campaign where asked."""
    rows, following = await part(res.pool, sql.links.text, after, campaign_id)
    views = [LinkView(**row, url=address_of(request, row["code"])) for row in rows]
    return Links(links=views, next=following)


@router.get("/{link_id}/qr.svg", response_class=Response)
async def qr_as_svg(link: VisibleLink, request: Request) -> Response:
    """The link's QR code, scalable, for print."""
    return _picture(qr.svg(address_of(request, link["code"])), "image/svg+xml", f"qr-{link['code']}.svg")


@router.get("/{link_id}/qr.png", response_class=Response)
async def qr_as_png(link: VisibleLink, request: Request) -> Response:
    """The link's QR code, at 600 dots per inch."""
    return _picture(qr.png(address_of(request, link["code"])), "image/png", f"qr-{link['code']}.png")


def _picture(content: bytes, media_type: str, name: str) -> Response:
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
