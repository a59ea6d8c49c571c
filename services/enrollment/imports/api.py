"""Sending sheets, previewing and following them, and correcting their rows, over JSON and as files."""

import asyncio
from enum import StrEnum
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Query, Request, Response

from chassis.web import spreadsheets
from chassis.web.commands import Write
from chassis.web.files import download
from chassis.web.openapi import content_of
from chassis.web.reads import Read
from chassis.web.repeated_keys import body_says_each_once
from chassis.web.texts import _
from chassis.web.views import View, view_of
from services.enrollment.imports import correction_service, preview_service, service
from services.enrollment.imports.commands import CorrectRow, SentSheet, UndoImport
from services.enrollment.imports.correction_service import RowPlace
from services.enrollment.imports.replies import (
    TAB,
    ImportDiscarded,
    ImportQueued,
    ImportView,
    PreviewView,
    Rows,
    RowView,
    UndoRequested,
    UndoView,
)
from services.enrollment.imports.results import results_of
from services.enrollment.imports.service import ROW_OUTCOMES
from services.enrollment.imports.template import template_workbook
from services.enrollment.imports.undo import plan_undo, request_undo
from services.enrollment.resources import Res
from services.enrollment.sheets.cells import MAXIMUM_LINES
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.sheets.files.workbook_facts import MAXIMUM_TABS
from services.enrollment.visibility import visibility_of

router = APIRouter(prefix="/api/imports", tags=["imports"])


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


_MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: spreadsheets.XLSX,
}

RequestedFormat = Annotated[Format, Query(alias="format")]
Tab = Annotated[int, Path(ge=1, le=MAXIMUM_TABS, description=TAB)]
Line = Annotated[int, Path(ge=1, le=MAXIMUM_LINES)]


@router.post("", status_code=202)
async def send_sheet(
    request: Request,
    response: Response,
    sent: Annotated[SentSheet, Form(media_type="multipart/form-data")],
    res: Res,
    write: Write,
) -> ImportQueued:
    """Takes a sheet and adds the job that judges its rows one by one; what a person would be asked is refused, unless a
    preview was asked for."""
    upload = partial(service.upload_sheet, resources=res)
    reply = await write.run(upload, await sent.uploaded(), reply=partial(_queued, request))
    response.headers["Location"] = reply.links.self
    return reply


@router.get("/template", response_class=Response, responses=content_of(_MEDIA_TYPES[Format.XLSX]))
async def download_template() -> Response:
    """A workbook to fill in, with lists to choose from and instructions, in the reader's language."""
    name = _("template")
    return download(template_workbook(), _MEDIA_TYPES[Format.XLSX], f"{name}.xlsx")


@router.get("/{import_id}")
async def show_import(import_id: UUID, res: Res, read: Read) -> ImportView:
    """How far the import is, with its counts; once it has ended, also what was left out and not kept."""
    found = await service.shown_import(read, res, import_id)
    return ImportView.of(found, await results_of(read, res, found))


@router.get("/{import_id}/rows")
async def list_import_rows(
    import_id: UUID, res: Res, read: Read, view: Annotated[View, Depends(view_of(ROW_OUTCOMES))]
) -> Rows:
    """The rows' outcomes in the sheet's order, page by page."""
    page = await service.list_outcomes(read, res.pool, view, import_id)
    return Rows(rows=[RowView.of(row) for row in page.rows], next=page.next)


@router.get("/{import_id}/preview")
async def show_preview(import_id: UUID, res: Res, read: Read) -> PreviewView:
    """What was understood of a sheet that waits to be committed, and what is open."""
    return PreviewView.of(await preview_service.show_preview(read, res, import_id))


@router.post("/{import_id}/answers", status_code=202, dependencies=[Depends(body_says_each_once)])
async def answer_questions(
    request: Request, import_id: UUID, body: Declaration, res: Res, write: Write
) -> ImportQueued:
    """Adds answers to what was declared about the sheet, and has it judged again; no answers do that alone. Null takes
    an earlier one back."""
    answer = partial(preview_service.answer_questions, import_id=import_id, resources=res)
    return await write.run(answer, body, locks=[import_id], reply=partial(_queued, request))


@router.post("/{import_id}/commit", status_code=202)
async def commit_import(request: Request, import_id: UUID, res: Res, write: Write) -> ImportQueued:
    """Imports the sheet as it was previewed. What was declared is proposed for the next sheet of its form."""
    commit = partial(preview_service.commit_import, resources=res)
    return await write.run(commit, import_id, locks=[import_id], reply=partial(_queued, request))


@router.post("/{import_id}/discard")
async def discard_import(import_id: UUID, write: Write) -> ImportDiscarded:
    """Gives up a sheet that was not committed, and erases what is stored of it."""
    return await write.run(
        preview_service.discard_import,
        import_id,
        locks=[import_id],
        reply=lambda _: ImportDiscarded(import_id=import_id),
    )


@router.post("/{import_id}/rows/{tab}/{line}")
async def correct_row(import_id: UUID, tab: Tab, line: Line, body: CorrectRow, res: Res, write: Write) -> RowView:
    """Writes new texts into cells of a row that was not imported, and judges it again. `If-Match` names the row's."""
    place = RowPlace(tab - 1, line)
    correct = partial(correction_service.correct_row, import_id=import_id, place=place, resources=res)
    tag = partial(correction_service.row_tag, import_id=import_id, place=place)
    return await write.run(correct, body, locks=[import_id], reply=RowView.of_corrected, tag=tag)


@router.get("/{import_id}/refused", response_class=Response, responses=content_of(*_MEDIA_TYPES.values()))
async def download_rows_to_correct(
    import_id: UUID, res: Res, read: Read, kind: RequestedFormat = Format.CSV
) -> Response:
    """The rows that were refused or need a look, with reason and remedy: a sheet to correct and send again."""
    found = await service.existing_import(res.pool, import_id)
    sheet = await correction_service.rows_to_correct(read, res, found, visibility_of(read.principal))
    name = _("rows-to-correct")
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "Cache-Control": "no-store",
    }
    content = await asyncio.to_thread(sheet.as_csv if kind is Format.CSV else sheet.as_xlsx)
    return Response(content, media_type=_MEDIA_TYPES[kind], headers=headers)


@router.get("/{import_id}/undo")
async def show_undo(request: Request, import_id: UUID, res: Res, read: Read) -> UndoView:
    """What undoing the import would do, and what stands in the way."""
    return UndoView.of(await plan_undo(read, res.pool, import_id), request.app.state.prefix)


@router.post("/{import_id}/undo", status_code=202)
async def undo_import(
    request: Request,
    import_id: UUID,
    write: Write,
    partly: Annotated[bool, Query(description="Leave the rows that something depends on, instead of all.")] = False,
) -> UndoRequested:
    """Withdraws what the import gave: seats, places and consents. Refused as a whole if something depends on it."""
    return await write.run(
        partial(request_undo, import_id=import_id),
        UndoImport(partly=partly),
        locks=[import_id],
        reply=partial(UndoRequested.of, address=f"{request.app.state.prefix}/api/imports"),
    )


def _queued(request: Request, queued: service.QueuedImport) -> ImportQueued:
    return ImportQueued.of(queued, f"{request.app.state.prefix}/api/imports")
