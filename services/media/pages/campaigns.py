"""Pages of campaigns."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent
from chassis.web.pages import see_other
from chassis.web.texts import _
from services.media import campaigns
from services.media.api.dependencies import After, Reader, Res, Writer
from services.media.api.lists import part
from services.media.campaigns import StartCampaign
from services.media.pages.words import ROWS, choices_of, page, sql
from services.media.resources import MediaResources

router = APIRouter(include_in_schema=False)


@router.get("/campaigns")
async def list_campaigns(request: Request, res: Res, reader: Reader, after: After = None) -> Response:
    rows, following = await part(res.pool, sql.campaigns.text, after, size=ROWS)
    return page(request, "campaigns.html", campaigns=rows, following=following)


@router.get("/campaigns/new")
async def new_campaign(request: Request, res: Res, writer: Writer) -> Response:
    return await _starting(request, res, Form())


@router.post("/campaigns")
async def start_campaign(request: Request, res: Res, once: Idempotent, writer: Writer) -> Response:
    form = await read_form(request, StartCampaign)
    if form.command is None:
        return await _starting(request, res, form)
    async with once.transaction(res.pool, form.command.campaign_id) as connection:
        await campaigns.start(connection, form.command, datetime.now(UTC))
        answer = see_other(request, f"/campaigns/{form.command.campaign_id}", _("The campaign has started."))
        return await once.keep(connection, answer)


@router.get("/campaigns/{campaign_id}")
async def show_campaign(request: Request, campaign_id: UUID, res: Res, reader: Reader) -> Response:
    campaign = await campaigns.existing(res.pool, campaign_id)
    publications, _more = await part(res.pool, sql.publications.text, None, None, campaign_id)
    links, _more = await part(res.pool, sql.links.text, None, campaign_id)
    return page(request, "campaign.html", campaign=campaign, publications=publications, links=links)


@router.post("/campaigns/{campaign_id}/end")
async def end_campaign(request: Request, campaign_id: UUID, res: Res, once: Idempotent, writer: Writer) -> Response:
    async with once.transaction(res.pool, campaign_id) as connection:
        await campaigns.end(connection, campaign_id, datetime.now(UTC))
        return await once.keep(
            connection, see_other(request, f"/campaigns/{campaign_id}", _("The campaign has ended."))
        )


async def _starting(request: Request, res: MediaResources, form: Form[StartCampaign]) -> Response:
    programmes = await choices_of(res.pool, sql.programme_choices.text)
    return page(
        request, "campaign_new.html", form.status, values=form.values, errors=form.errors, programme_choices=programmes
    )
