"""Pages of publications."""

from datetime import UTC, datetime, time
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent
from chassis.web.inputs import Command
from chassis.web.pages import see_other
from chassis.web.texts import _
from contracts.days import ZONE
from contracts.media import Channel
from services.media import publications
from services.media.api.dependencies import After, Reader, Res, Writer
from services.media.api.lists import part
from services.media.commands import Day, District, WebAddress
from services.media.pages.words import CHANNELS, ROWS, choices, choices_of, district_choices, page, sql
from services.media.publications import RecordPublication
from services.media.resources import MediaResources

router = APIRouter(include_in_schema=False)


class PublicationForm(Command):
    """A publication as people write it down: a day and a time of America/Lima."""

    asset_id: UUID
    campaign_id: UUID | None = None
    channel: Channel
    url: WebAddress
    day: Day
    at: time
    district: District | None = None

    def command(self) -> RecordPublication:
        """What is recorded."""
        published_at = datetime.combine(self.day, self.at, ZONE)
        return RecordPublication(**self.model_dump(exclude={"day", "at"}), published_at=published_at)


@router.get("/publications")
async def list_publications(request: Request, res: Res, reader: Reader, after: After = None) -> Response:
    rows, following = await part(res.pool, sql.publications.text, after, None, None, size=ROWS)
    return page(request, "publications.html", publications=rows, following=following)


@router.get("/publications/new")
async def new_publication(request: Request, res: Res, writer: Writer) -> Response:
    return await _recording(request, res, Form(dict(request.query_params)))


@router.post("/publications")
async def record_publication(request: Request, res: Res, once: Idempotent, writer: Writer) -> Response:
    form = await read_form(request, PublicationForm)
    if form.command is None:
        return await _recording(request, res, form)
    command = form.command.command()
    async with once.transaction(res.pool, command.publication_id, command.asset_id) as connection:
        await publications.record(connection, command)
        answer = see_other(request, f"/publications/{command.publication_id}", _("The publication is recorded."))
        return await once.keep(connection, answer)


@router.get("/publications/{publication_id}")
async def show_publication(request: Request, publication_id: UUID, res: Res, reader: Reader) -> Response:
    publication = await publications.existing(res.pool, publication_id)
    figures, _more = await part(res.pool, sql.figures.text, None, publication_id)
    return page(request, "publication.html", publication=publication, figures=figures)


@router.post("/publications/{publication_id}/withdraw")
async def withdraw_publication(
    request: Request, publication_id: UUID, res: Res, once: Idempotent, writer: Writer
) -> Response:
    async with once.transaction(res.pool, publication_id) as connection:
        await publications.withdraw(connection, publication_id, datetime.now(UTC))
        answer = see_other(request, f"/publications/{publication_id}", _("The publication was taken down."))
        return await once.keep(connection, answer)


async def _recording(request: Request, res: MediaResources, form: Form[PublicationForm]) -> Response:
    return page(
        request,
        "publication_new.html",
        form.status,
        values=form.values,
        errors=form.errors,
        asset_choices=await choices_of(res.pool, sql.asset_choices.text),
        campaign_choices=await choices_of(res.pool, sql.campaign_choices.text),
        channel_choices=choices(CHANNELS),
        district_choices=district_choices(),
    )
