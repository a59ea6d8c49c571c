"""The page on which rows are corrected that were not imported: a form for each, with its cells to correct."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ValidationError

from chassis.runtime.rejections import RejectedError
from chassis.web.commands import Write
from chassis.web.forms import Form
from chassis.web.pages import render, see_other
from chassis.web.problems import field_errors
from chassis.web.reads import Read, ReadRequest
from chassis.web.texts import _
from services.enrollment.imports import service
from services.enrollment.imports.commands import MAXIMUM_TABS, CorrectRow
from services.enrollment.imports.correction_service import CorrectedRow, RowPlace, correct_row, rows_to_correct
from services.enrollment.imports.labels import OUTCOMES
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.sheets.cells import MAXIMUM_LINES

router = APIRouter(include_in_schema=False)

ROWS = 20
"""Rows of a page."""

Tab = Annotated[int, Path(ge=1, le=MAXIMUM_TABS)]
Line = Annotated[int, Path(ge=1, le=MAXIMUM_LINES)]


@router.get("/imports/{import_id}/correct")
async def show_rows(request: Request, import_id: UUID, res: Res, read: Read) -> Response:
    """The first rows to correct."""
    return await _page(request, res, read, import_id, RowPlace(), Form())


@router.get("/imports/{import_id}/correct/{tab}/{line}")
async def show_rows_from(request: Request, import_id: UUID, tab: Tab, line: Line, res: Res, read: Read) -> Response:
    """The rows to correct from one on."""
    return await _page(request, res, read, import_id, RowPlace(tab - 1, line - 1), Form())


@router.post("/imports/{import_id}/correct/{tab}/{line}")
async def correct(request: Request, import_id: UUID, tab: Tab, line: Line, res: Res, write: Write) -> Response:
    """Judges the row with its new cells, and leads on to the next one, or back to what is still wrong with it."""
    sent = await request.form()
    cells = {name.removeprefix("cells."): text for name, text in sent.items() if name.startswith("cells.")}
    try:
        async with write.transaction([import_id]) as unit:
            command = CorrectRow.model_validate({"cells": cells})
            row = await correct_row(unit, command, import_id, RowPlace(tab - 1, line), res)
            here = f"/imports/{import_id}/correct/{tab}/{line}"
            return await write.record(unit, see_other(request, here, _told(row)), import_id)
    except ValidationError as error:
        wrong = field_errors(error.errors(include_url=False, include_input=False))
        form = Form[BaseModel](errors={"": wrong[0].detail})
    except RejectedError as error:
        form = Form[BaseModel]().rejected(error.rejection)
    return await _page(request, res, write.read, import_id, RowPlace(tab - 1, line - 1), form)


async def _page(
    request: Request,
    res: EnrollmentResources,
    read: ReadRequest,
    import_id: UUID,
    after: RowPlace,
    form: Form[BaseModel],
) -> Response:
    found = await service.existing_import(res.pool, import_id)
    sheet = await rows_to_correct(read, res, found, ROWS + 1, after)
    return render(
        request,
        "imports/correct.html",
        form.status,
        sheet=found,
        name=await service.file_name(read, res, found),
        rows=sheet.rows[:ROWS],
        following=sheet.rows[ROWS] if len(sheet.rows) > ROWS else None,
        is_first=after == RowPlace(),
        form=form,
    )


def _told(row: CorrectedRow) -> str:
    outcome = _(OUTCOMES[row.outcome])
    return _("Line %(line)s: %(outcome)s", line=row.place.line, outcome=outcome.lower())
