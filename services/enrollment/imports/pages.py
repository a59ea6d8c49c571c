"""Pages of imports: send a sheet, see what was understood of it, watch it, correct what was not imported."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis.runtime.rejections import RejectedError
from chassis.web.commands import Write
from chassis.web.forms import Form, read_form
from chassis.web.pages import render, see_other
from chassis.web.pagination import all_rows, render_list
from chassis.web.reads import Read
from chassis.web.texts import _
from chassis.web.views import View, view_of
from services.enrollment.cohorts.service import named_cohorts
from services.enrollment.imports import service
from services.enrollment.imports.commands import UploadedSheet
from services.enrollment.imports.correction_service import ROWS_TO_CORRECT, rows_to_correct
from services.enrollment.imports.domain import ImportState
from services.enrollment.imports.labels import OUTCOMES, PROGRESS, REASONS, STATE_BADGES, STATES
from services.enrollment.imports.preview_pages import preview_page
from services.enrollment.imports.results import results_of
from services.enrollment.imports.service import IMPORTS, RETENTION, TIME_TO_COMMIT
from services.enrollment.imports.undo import recorded_since_undone
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.sheets.declaration import Declaration
from services.enrollment.visibility import visibility_of

router = APIRouter(include_in_schema=False)

SHOWN_ROWS = 200
"""Rows to correct that the page shows; the download has all of them."""


@router.get("/imports")
async def list_imports(
    request: Request,
    res: Res,
    read: Read,
    view: Annotated[View, Depends(view_of(IMPORTS, exports=True))],
) -> Response:
    """All imports, the latest first."""
    return await render_list(request, "imports/list.html", await service.list_imports(read, res, view))


@router.get("/imports/new")
async def new_import(request: Request, res: Res) -> Response:
    """The form."""
    return await _new_import(request, res, Form(dict(request.query_params)))


@router.post("/imports/new")
async def send_sheet(request: Request, res: Res, write: Write) -> Response:
    """Takes the file and leads to what was understood of it."""
    form = await read_form(request, Declaration)
    if form.command is None or "file" not in form.files:
        missing = {} if "file" in form.files else {"file": _("Choose a file.")}
        return await _new_import(request, res, replace(form, errors=missing | form.errors))
    file = form.files["file"]
    sheet = UploadedSheet(await file.read(), file.filename or "", form.command, preview=True)
    try:
        async with write.transaction() as unit:
            queued = await service.upload_sheet(unit, sheet, res)
            return await write.record(unit, see_other(request, f"/imports/{queued.import_id}"), queued)
    except RejectedError as error:
        return await _new_import(request, res, form.rejected(error.rejection))


@router.get("/imports/{import_id}")
async def show_import(request: Request, import_id: UUID, res: Res, read: Read) -> Response:
    """An import: what was understood of its sheet, how far it is, then what became of its rows."""
    found = await service.shown_import(read, res, import_id)
    if found.state is ImportState.PREVIEWED:
        return await preview_page(request, res, read, import_id)
    name = await service.file_name(read, res, found)
    to_correct = (
        None if found.erased_at else await rows_to_correct(read, res, found, visibility_of(read.principal), SHOWN_ROWS)
    )
    return render(
        request,
        "imports/one.html",
        sheet=found,
        name=name,
        recorded_since=await _recorded_since(res, found),
        to_correct=all_rows(ROWS_TO_CORRECT, to_correct.rows if to_correct else []),
        shown=SHOWN_ROWS,
        results=await results_of(read, res, found),
        reasons=REASONS,
        states=STATES,
        badges=STATE_BADGES,
        outcomes=OUTCOMES,
    )


@router.get("/imports/{import_id}/progress")
async def progress(import_id: UUID, res: Res) -> dict[str, Any]:
    """How far the import is, in the form that the page's progress bar reads."""
    found = await service.existing_import(res.pool, import_id)
    done, total = found.progress
    return {"status": PROGRESS[found.state], "done": done, "total": total}


async def _recorded_since(res: EnrollmentResources, found: service.Import) -> int:
    """The rows of which something was heard after they were undone."""
    recorded = await recorded_since_undone(res.pool, found.import_id) if found.undone else []
    return len({one.enrollment_id for one in recorded})


async def _new_import(request: Request, res: EnrollmentResources, form: Form[Declaration]) -> Response:
    cohorts = [(str(one.cohort_id), one.name) for one in await named_cohorts(res.pool)]
    now = datetime.now(UTC)
    return render(
        request,
        "imports/new.html",
        form.status,
        cohorts=cohorts,
        form=form,
        discarded_at=now + TIME_TO_COMMIT,
        erased_at=now + RETENTION,
    )
