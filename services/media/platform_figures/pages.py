"""Pages of platform figures."""

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
from contracts.labels import CHANNELS, EVIDENCE_GRADES
from contracts.media import EvidenceGrade
from services.media.platform_figures import service
from services.media.platform_figures.commands import DescribeFigure, RecordFigure
from services.media.platform_figures.service import FIGURES
from services.media.publications import service as publications
from services.media.publications.domain import Publication
from services.media.resources import Res

router = APIRouter(include_in_schema=False)


@router.get("/figures")
async def list_figures(
    request: Request, res: Res, view: Annotated[View, Depends(view_of(FIGURES, exports=True))]
) -> Response:
    return await render_list(request, "platform_figures/list.html", await service.list_figures(res.pool, view))


@router.get("/publications/{publication_id}/figures/new")
async def new_figure(request: Request, publication_id: UUID, res: Res) -> Response:
    publication = await publications.get_publication(res.pool, publication_id)
    return await _record_form(request, publication, Form())


@router.post("/publications/{publication_id}/figures/new")
async def record_figure(publication_id: UUID, res: Res, write: Write) -> Response:
    publication = await publications.get_publication(res.pool, publication_id)
    return await write.submit(
        DescribeFigure,
        lambda unit, form: service.record(unit, RecordFigure(**form.model_dump(), publication_id=publication_id)),
        locks=lambda form: [form.figure_id],
        form=partial(_record_form, write.request, publication),
        done=lambda recorded: (f"/publications/{recorded.publication_id}", _("The figure is recorded.")),
    )


async def _record_form(request: Request, publication: Publication, form: Form[DescribeFigure]) -> Response:
    offered = {grade: label for grade, label in EVIDENCE_GRADES.items() if grade != EvidenceGrade.MEASURED}
    return render(
        request,
        "platform_figures/new.html",
        form.status,
        form=form,
        publication=publication,
        channels=CHANNELS,
        grade_choices=choices(offered),
    )
