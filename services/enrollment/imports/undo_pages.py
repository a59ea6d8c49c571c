"""The page on which a whole import is undone."""

from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.web.commands import Write
from chassis.web.forms import Form
from chassis.web.pages import render
from chassis.web.pagination import all_rows
from chassis.web.reads import Read, ReadRequest
from chassis.web.texts import _
from services.enrollment.imports.commands import UndoImport
from services.enrollment.imports.undo import OBSTACLES_TABLE, SHOWN_OBSTACLES, plan_undo, request_undo
from services.enrollment.resources import EnrollmentResources, Res

router = APIRouter(include_in_schema=False)


@router.get("/imports/{import_id}/undo")
async def new_undo(request: Request, import_id: UUID, res: Res, read: Read) -> Response:
    """What undoing the import does, what stands in the way, and the form that asks for it."""
    return await _undo(request, res, read, import_id, Form())


@router.post("/imports/{import_id}/undo")
async def undo_import(import_id: UUID, res: Res, write: Write) -> Response:
    """Undoes the import."""
    return await write.submit(
        UndoImport,
        partial(request_undo, import_id=import_id),
        locks=lambda _command: [import_id],
        form=partial(_undo, write.request, res, write.read, import_id),
        done=lambda _requested: (f"/imports/{import_id}", _("The import is being undone.")),
    )


async def _undo(
    request: Request, res: EnrollmentResources, read: ReadRequest, import_id: UUID, form: Form[Any]
) -> Response:
    plan = await plan_undo(read, res.pool, import_id)
    return render(
        request,
        "imports/undo.html",
        form.status,
        plan=plan,
        obstacles=all_rows(OBSTACLES_TABLE, plan.shown_obstacles),
        recorded_since=all_rows(OBSTACLES_TABLE, plan.shown_recorded_since),
        shown=SHOWN_OBSTACLES,
        form=form,
    )
