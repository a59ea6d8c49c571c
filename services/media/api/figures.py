"""Platform figures over HTTP."""

from datetime import UTC, date, datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel

from chassis.web.idempotency import Idempotent
from chassis.web.pagination import Listing
from contracts.media import Channel, EvidenceGrade
from services.media import figures
from services.media.api.dependencies import After, Reader, Res, Writer
from services.media.api.lists import part
from services.media.figures import RecordFigure, sql

router = APIRouter(prefix="/api/platform-figures", tags=["platform figures"])


class FigureReply(BaseModel):
    """A figure is on record."""

    figure_id: UUID


class FigureView(FigureReply):
    """What a platform says; figures of platforms, periods and grades are never added up."""

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
async def record_figure(body: RecordFigure, res: Res, once: Idempotent, _: Writer) -> FigureReply:
    """Record what a platform says of a publication."""
    async with once.transaction(res.pool, body.figure_id) as connection:
        await figures.record(connection, body, datetime.now(UTC))
        return await once.keep(connection, FigureReply(figure_id=body.figure_id))


@router.get("")
async def list_figures(res: Res, _: Reader, after: After = None, publication_id: UUID | None = None) -> Figures:
    """The figures; of one publication where asked."""
    rows, following = await part(res.pool, sql.figures.text, after, publication_id)
    return Figures(figures=[FigureView(**row) for row in rows], next=following)
