"""Pages of imports: send a sheet, watch it, see what was not taken."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent
from chassis.web.pages import render, see_other
from chassis.web.problems import Problem
from chassis.web.texts import _
from contracts.territory import Scheme
from services.enrollment.api.dependencies import Coordinator, Res
from services.enrollment.imports.api import translated
from services.enrollment.imports.looking import PAGE, latest, name_of, status_of, to_look_at
from services.enrollment.imports.receiving import Sent, check, receive, sql
from services.enrollment.resources import EnrollmentResources

router = APIRouter(include_in_schema=False)

SHOWN = 200
"""Rows to correct that the page shows; the download has them all."""

_PROGRESS = {"queued": "waiting", "running": "running", "done": "done", "failed": "failed"}


class SendSheet(BaseModel):
    """What the form says beside the file."""

    cohort_id: UUID | None = None
    ubigeo_scheme: Scheme | None = None


@router.get("/imports")
async def imports(request: Request, res: Res, _coordinator: Coordinator, after: UUID | None = None) -> Response:
    """All imports, the latest first."""
    listed = await latest(res, after)
    following = listed[-1].row["import_id"] if len(listed) == PAGE else None
    return render(request, "imports.html", imports=listed, following=following)


@router.get("/imports/new")
async def new_import(request: Request, res: Res, _coordinator: Coordinator) -> Response:
    """The form."""
    return await _new(request, res, Form(dict(request.query_params)))


@router.post("/imports")
async def send(request: Request, res: Res, once: Idempotent, coordinator: Coordinator) -> Response:
    """Takes the file and goes on to its progress."""
    form = await read_form(request, SendSheet)
    if form.command is None or "file" not in form.files:
        missing = {} if "file" in form.files else {"file": _("Choose a file.")}
        return await _new(request, res, replace(form, errors=missing | form.errors))
    try:
        return await _send(request, res, once, await _sent(form, form.command, coordinator.subject))
    except Problem as problem:
        return await _new(request, res, form.refused(problem, "file"))


@router.get("/imports/{import_id}")
async def one(request: Request, import_id: UUID, res: Res, _coordinator: Coordinator) -> Response:
    """An import: how far it is, then what came of it."""
    status = await status_of(res, import_id)
    rows = [] if status["erased_at"] else (await to_look_at(res, status, SHOWN))[1]
    return render(
        request,
        "import.html",
        sheet=status,
        failure=translated(status["failure"]),
        name=await name_of(res, status),
        to_correct=rows,
        shown=SHOWN,
    )


@router.get("/imports/{import_id}/progress")
async def progress(import_id: UUID, res: Res, _coordinator: Coordinator) -> dict[str, Any]:
    """How far it is, as the page's progress bar reads it."""
    status = await status_of(res, import_id)
    return {"status": _PROGRESS[status["state"]], "done": status["done"], "total": status["rows"] or 0}


async def _sent(form: Form[SendSheet], command: SendSheet, by: str) -> Sent:
    file = form.files["file"]
    content = await file.read()
    check(content)
    return Sent(content, file.filename or "", command.cohort_id, command.ubigeo_scheme, by)


async def _send(request: Request, res: EnrollmentResources, once: Idempotent, sent: Sent) -> Response:
    async with once.transaction(res.pool) as connection:
        import_id, _job = await receive(connection, res, sent, datetime.now(UTC))
        return await once.keep(connection, see_other(request, f"/imports/{import_id}"))


async def _new(request: Request, res: EnrollmentResources, form: Form[SendSheet]) -> Response:
    cohorts = [(str(row["cohort_id"]), row["name"]) for row in await res.pool.fetch(sql.import_cohorts.text)]
    return render(request, "import_new.html", form.status, cohorts=cohorts, values=form.values, errors=form.errors)
