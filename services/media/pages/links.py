"""Pages of tracked links and their QR codes."""

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response

from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent
from chassis.web.pages import see_other
from chassis.web.texts import _
from services.media import links
from services.media.api.dependencies import After, Reader, Res, Writer
from services.media.api.links import VisibleLink, address_of
from services.media.api.lists import part
from services.media.links import CreateLink
from services.media.pages.words import CHANNELS, ROWS, choices, choices_of, district_choices, page, sql
from services.media.reach import estimate
from services.media.resources import MediaResources

router = APIRouter(include_in_schema=False)


@router.get("/links")
async def list_links(request: Request, res: Res, reader: Reader, after: After = None) -> Response:
    rows, following = await part(res.pool, sql.links.text, after, None, size=ROWS)
    return page(request, "links.html", links=rows, following=following)


@router.get("/links/new")
async def new_link(request: Request, res: Res, writer: Writer) -> Response:
    return await _creating(request, res, Form(dict(request.query_params)))


@router.post("/links")
async def create_link(request: Request, res: Res, once: Idempotent, writer: Writer) -> Response:
    form = await read_form(request, CreateLink)
    if form.command is None:
        return await _creating(request, res, form)
    async with once.transaction(res.pool, form.command.link_id) as connection:
        await links.create(connection, form.command, datetime.now(UTC))
        answer = see_other(request, f"/links/{form.command.link_id}", _("The link is ready."))
        return await once.keep(connection, answer)


@router.get("/links/{link_id}")
async def show_link(request: Request, link: VisibleLink, res: Res) -> Response:
    days = [
        {**row, "people": estimate(row["people_sketch"])}
        for row in await res.pool.fetch(sql.days_of_link.text, link["link_id"])
    ]
    return page(request, "link.html", link=link, address=address_of(request, link["code"]), days=days)


async def _creating(request: Request, res: MediaResources, form: Form[CreateLink]) -> Response:
    return page(
        request,
        "link_new.html",
        form.status,
        values=form.values,
        errors=form.errors,
        asset_choices=await choices_of(res.pool, sql.asset_choices.text),
        campaign_choices=await choices_of(res.pool, sql.campaign_choices.text),
        channel_choices=choices(CHANNELS),
        district_choices=district_choices(),
    )
