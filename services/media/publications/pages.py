"""Pages of publications."""

from datetime import datetime, time
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from chassis.store.identifiers import new_id
from chassis.web.commands import Write
from chassis.web.forms import Form, choices
from chassis.web.inputs import Command
from chassis.web.locale import current
from chassis.web.pages import render
from chassis.web.pagination import render_list
from chassis.web.texts import _
from chassis.web.views import View, view_of
from contracts.event import DayOfInstants
from contracts.labels import CHANNELS
from contracts.media import Channel
from contracts.territory import districts
from services.media.assets import service as assets
from services.media.campaigns import service as campaigns
from services.media.fields import District, WebAddress, district_choices
from services.media.platform_figures import service as platform_figures
from services.media.publications import service
from services.media.publications.commands import RecordPublication
from services.media.publications.labels import PUBLICATION_STATUSES
from services.media.publications.service import PUBLICATIONS
from services.media.resources import Res

router = APIRouter(include_in_schema=False)


class PublicationForm(Command):
    """A publication as people write it: with a day and a time in their zone."""

    publication_id: UUID = Field(default_factory=new_id)
    asset_id: UUID
    campaign_id: UUID | None = None
    channel: Channel
    url: WebAddress
    day: DayOfInstants
    at: time
    district: District | None = None

    def command(self) -> RecordPublication:
        """The command that the form stands for."""
        published_at = datetime.combine(self.day, self.at, current().zone)
        return RecordPublication(**self.model_dump(exclude={"day", "at"}), published_at=published_at)


@router.get("/publications")
async def list_publications(
    request: Request, res: Res, view: Annotated[View, Depends(view_of(PUBLICATIONS, exports=True))]
) -> Response:
    return await render_list(request, "publications/list.html", await service.list_publications(res.pool, view))


@router.get("/publications/new")
async def new_publication(request: Request, res: Res) -> Response:
    return await _record_form(request, res, Form(dict(request.query_params)))


@router.post("/publications/new")
async def record_publication(res: Res, write: Write) -> Response:
    return await write.submit(
        PublicationForm,
        lambda unit, form: service.record(unit, form.command()),
        locks=lambda form: [form.publication_id, form.asset_id],
        form=partial(_record_form, write.request, res),
        done=lambda publication_id: (f"/publications/{publication_id}", _("The publication is recorded.")),
    )


@router.get("/publications/{publication_id}")
async def show_publication(request: Request, publication_id: UUID, res: Res) -> Response:
    return await _publication(request, res, publication_id, Form())


@router.post("/publications/{publication_id}/withdraw")
async def withdraw_publication(publication_id: UUID, res: Res, write: Write) -> Response:
    return await write.press(
        service.withdraw,
        publication_id,
        locks=[publication_id],
        form=partial(_publication, write.request, res, publication_id),
        done=lambda withdrawn: (f"/publications/{withdrawn}", _("The publication was taken down.")),
    )


async def _record_form(request: Request, res: Res, form: Form[PublicationForm]) -> Response:
    return render(
        request,
        "publications/new.html",
        form.status,
        form=form.showing("published_at", at="day"),
        asset_choices=await assets.asset_choices(res.pool),
        campaign_choices=await campaigns.campaign_choices(res.pool),
        channel_choices=choices(CHANNELS),
        district_choices=district_choices(),
    )


async def _publication(request: Request, res: Res, publication_id: UUID, form: Form[BaseModel]) -> Response:
    return render(
        request,
        "publications/publication.html",
        form.status,
        form=form,
        publication=await service.get_publication(res.pool, publication_id),
        figures=await platform_figures.figures_of_publication(res.pool, publication_id),
        channels=CHANNELS,
        publication_statuses=PUBLICATION_STATUSES,
        districts=districts(),
    )
