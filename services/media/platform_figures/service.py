"""Platform figures: estimates with the grade of their evidence, recorded and announced."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.store.database import Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.inputs import already_created
from chassis.web.pagination import Page, all_rows, fetch_page
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from chassis.web.views import View, first_rows
from contracts.days import day_of
from contracts.labels import CHANNELS, EVIDENCE_GRADES
from contracts.media import Channel, EvidenceGrade, PlatformReachRecorded
from services.media.days import check_has_come
from services.media.platform_figures.commands import RecordFigure
from services.media.publications import service as publications

sql = queries(__package__)

FIGURES = Table(
    "figures",
    N_("Platform figures"),
    key="number",
    order="-number",
    columns=(
        Column("title", N_("Content"), link="/publications/{row.publication_id}", searched=True),
        Column("channel", N_("Channel"), labels=CHANNELS, filtered=True),
        Column("period_start", N_("From"), "date"),
        Column("period_end", N_("To"), "date"),
        Column("reach", N_("Reach (accounts)"), "number"),
        Column("impressions", N_("Impressions"), "number"),
        Column("grade", N_("Evidence"), labels=EVIDENCE_GRADES, filtered=True),
        Column("publication_id", N_("Publication"), "identifier", filtered=True, shown=False),
        Column("number", N_("Order of entry"), "number", shown=False),
    ),
)


@dataclass(frozen=True, slots=True)
class PlatformFigure:
    """A figure as it was recorded."""

    figure_id: UUID
    publication_id: UUID
    period_start: date
    period_end: date
    reach: int | None
    impressions: int | None
    grade: EvidenceGrade


@dataclass(frozen=True, slots=True)
class FigureRow(PlatformFigure):
    """A figure in a list; channel and title are its publication's."""

    recorded_at: datetime
    number: int
    channel: Channel
    title: str


async def list_figures(pool: Pool, view: View) -> Page[FigureRow]:
    """The recorded figures."""
    return await fetch_page(pool, sql.figures, view, FigureRow)


async def figures_of_publication(pool: Pool, publication_id: UUID) -> Page[FigureRow]:
    """The newest figures of a publication."""
    page = await list_figures(pool, replace(first_rows(FIGURES), filters={"publication_id": publication_id}))
    return all_rows(FIGURES, page.rows)


async def record(unit: UnitOfWork, command: RecordFigure) -> RecordFigure:
    """Records the figure and returns it. Idempotent. Raises `RejectedError` for a period that has not ended."""
    stored = await sql.figure.first(unit.connection, PlatformFigure, figure_id=command.figure_id)
    if not already_created(stored, command):
        check_has_come(command.period_end, day_of(unit.now), "period_end")
        publication = await publications.get_publication(unit.connection, command.publication_id)
        await sql.add_figure.execute(unit.connection, **command.model_dump())
        event = PlatformReachRecorded(**command.model_dump(), channel=publication.channel, occurred_at=unit.now)
        await outbox.add(unit.connection, event)
    return command
