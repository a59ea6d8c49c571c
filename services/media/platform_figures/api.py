"""Platform figures over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, ConfigDict

from chassis.web.commands import Write
from chassis.web.pagination import Listing
from chassis.web.views import View, view_of
from contracts.media import Channel, EvidenceGrade
from services.media.platform_figures import service
from services.media.platform_figures.commands import RecordFigure
from services.media.platform_figures.service import FIGURES
from services.media.resources import Res

router = APIRouter(prefix="/api/platform-figures", tags=["platform figures"])


class FigureReply(BaseModel):
    """The id of a recorded figure."""

    figure_id: UUID


class FigureView(FigureReply):
    """A figure. Those of different platforms, periods and grades are never added up."""

    model_config = ConfigDict(from_attributes=True)

    publication_id: UUID
    channel: Channel
    period_start: date
    period_end: date
    reach: int | None
    impressions: int | None
    grade: EvidenceGrade
    recorded_at: AwareDatetime


class Figures(Listing):
    """Newest first."""

    figures: list[FigureView]


@router.post("", status_code=201)
async def record_figure(body: RecordFigure, write: Write) -> FigureReply:
    """Record what a platform says of a publication."""
    return await write.run(
        service.record,
        body,
        locks=[body.figure_id],
        reply=lambda recorded: FigureReply(figure_id=recorded.figure_id),
    )


@router.get("")
async def list_figures(res: Res, view: Annotated[View, Depends(view_of(FIGURES))]) -> Figures:
    """The figures; of one publication if given."""
    page = await service.list_figures(res.pool, view)
    return Figures(figures=[FigureView.model_validate(row) for row in page.rows], next=page.next)
