"""Pages of platform figures."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.store.database import Row
from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent
from chassis.web.pages import see_other
from chassis.web.texts import _
from services.media import figures, publications
from services.media.api.dependencies import After, Reader, Res, Writer
from services.media.api.lists import part
from services.media.figures import RecordFigure
from services.media.pages.words import GRADES, ROWS, choices, page, sql

router = APIRouter(include_in_schema=False)


@router.get("/figures")
async def list_figures(request: Request, res: Res, reader: Reader, after: After = None) -> Response:
    rows, following = await part(res.pool, sql.figures.text, after, None, size=ROWS)
    return page(request, "figures.html", figures=rows, following=following)


@router.get("/publications/{publication_id}/figures/new")
async def new_figure(request: Request, publication_id: UUID, res: Res, writer: Writer) -> Response:
    return _recording(request, await publications.existing(res.pool, publication_id), Form())


@router.post("/figures")
async def record_figure(request: Request, res: Res, once: Idempotent, writer: Writer) -> Response:
    form = await read_form(request, RecordFigure)
    if form.command is None:
        publication = await publications.existing(res.pool, UUID(str(form.values["publication_id"])))
        return _recording(request, publication, form)
    async with once.transaction(res.pool, form.command.figure_id) as connection:
        await figures.record(connection, form.command, datetime.now(UTC))
        answer = see_other(request, f"/publications/{form.command.publication_id}", _("The figure is recorded."))
        return await once.keep(connection, answer)


def _recording(request: Request, publication: Row, form: Form[RecordFigure]) -> Response:
    return page(
        request,
        "figure_new.html",
        form.status,
        publication=publication,
        values=form.values,
        errors=form.errors,
        grade_choices=choices(GRADES),
    )
