"""The page on which rows are corrected that were not imported: each row is a form, and a script sends with it what was
typed into the others, so that it stays. What somebody else saved meanwhile is shown beside what was typed."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ValidationError

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.web.commands import Write
from chassis.web.forms import Form
from chassis.web.pages import render, see_other
from chassis.web.problems import field_errors
from chassis.web.reads import Read, ReadRequest
from chassis.web.texts import N_, _
from contracts.labels import SEX_ANSWERS
from services.enrollment.imports import service
from services.enrollment.imports.commands import CorrectRow
from services.enrollment.imports.correction_form import (
    ROWS,
    SentRow,
    ShownRow,
    changed_rows,
    lost_rows,
    named_row,
    rows_of_page,
    sent_rows,
)
from services.enrollment.imports.correction_service import (
    IMPORT_UNDONE,
    CorrectedRow,
    RowPlace,
    correct_row,
    require_cells,
    row_tag,
    rows_to_correct,
)
from services.enrollment.imports.domain import WITHDRAWN
from services.enrollment.imports.labels import CORRECTED, FIELDS
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.sheets.cells import MAXIMUM_LINES
from services.enrollment.sheets.files.workbook_facts import MAXIMUM_TABS
from services.enrollment.visibility import visibility_of

router = APIRouter(include_in_schema=False)

Tab = Annotated[int, Path(ge=1, le=MAXIMUM_TABS)]
Line = Annotated[int, Path(ge=1, le=MAXIMUM_LINES)]

SentRows = Mapping[str, SentRow]
"""Rows as the form sent them, by their names."""


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
    """Judges the row whose form was sent with its new cells, and shows the rows from the same one on."""
    sent, rows, place = await request.form(), dict[str, SentRow](), RowPlace()
    name = str(sent.get("row", ""))
    page = partial(_page, request, res, write.read, import_id, RowPlace(tab - 1, line - 1))
    try:
        read = sent_rows((field, str(text)) for field, text in sent.multi_items())
        await require_cells(res, import_id, {_place(one): row.texts for one, row in read.items()})
        rows = read  # from here on, what was typed is shown again
        place, saved = _place(name), rows.get(name, SentRow())
        command = CorrectRow(cells={column + 1: text for column, text in saved.changed.items()})
        tag = partial(row_tag, import_id=import_id, place=place)
        async with write.transaction([import_id], tag=tag, if_match=saved.tag) as unit:
            row = await correct_row(unit, command, import_id, place, res)
            here = f"/imports/{import_id}/correct/{tab}/{line}"
            reply = await write.record(unit, see_other(request, here, _told(row)), import_id)
    except ValidationError as error:
        return await page(Form(errors=_errors(error, name)), rows)
    except RejectedError as error:
        return await page(Form[BaseModel]().rejected(_naming(error.rejection, place)), rows, row=name)
    others = {other: rows[other] for other in changed_rows(rows) if other != name}
    return await page(Form(), others, _told(row)) if others else reply


async def _page(
    request: Request,
    res: EnrollmentResources,
    read: ReadRequest,
    import_id: UUID,
    after: RowPlace,
    form: Form[BaseModel],
    sent: SentRows = MappingProxyType({}),
    told: str | None = None,
    row: str = "",
) -> Response:
    """Shows the rows after a place. The focus is on `row` if it is among them, otherwise on what is wrong, or else on
    the first row."""
    found = await service.existing_import(res.pool, import_id)
    if found.state in WITHDRAWN:
        raise RejectedError(IMPORT_UNDONE)
    name = await service.file_name(read, res, found)
    sheet = await rows_to_correct(read, res, found, visibility_of(read.principal), ROWS + 1, after)
    rows = rows_of_page(sheet.rows)
    names = [one.name for one in rows]
    focused = row if row in names else next((name for name in names if not form.errors), None)
    return render(
        request,
        "imports/correct.html",
        form.status,
        sheet=found,
        name=name,
        rows=[ShownRow(row, sent.get(row.name, SentRow())) for row in rows],
        lost=list(lost_rows(sheet.understanding, sent, sheet.rows)),
        following=next(iter(sheet.rows[len(rows) :]), None),
        is_first=after == RowPlace(),
        form=form,
        row_form=Form[BaseModel](),
        focused=focused,
        told=told,
        fields=FIELDS,
        sexes=SEX_ANSWERS,
    )


def _place(name: str) -> RowPlace:
    row = named_row(name)
    return RowPlace(row.tab - 1, row.line)


def _errors(error: ValidationError, name: str) -> dict[str, str]:
    """Returns what is wrong with the texts of a row, by the fields of the form."""
    found = field_errors(error.errors(include_url=False, include_input=False))
    return {one.field.replace("cells", f"cells.{name}", 1): one.detail for one in found}


def _naming(rejection: Rejection, place: RowPlace) -> Rejection:
    """Names the row that somebody else has changed."""
    if rejection.kind is not Kind.OUTDATED:
        return rejection
    return Rejection(
        rejection.code,
        N_("Somebody else has saved line %(line)s since you opened it."),
        rejection.kind,
        remedy=N_("Look at what it says now, and save again what still counts."),
        values={"line": place.line},
    )


def _told(row: CorrectedRow) -> str:
    return _(CORRECTED[row.outcome], line=row.place.line)
