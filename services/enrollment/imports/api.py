"""Sending sheets, following them, and getting back the rows that were not taken."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response, UploadFile
from pydantic import BaseModel, Field

from chassis.web.idempotency import Idempotent
from chassis.web.pagination import Listing
from chassis.web.texts import _
from contracts.territory import Scheme
from services.enrollment.api.dependencies import Coordinator, Res
from services.enrollment.imports.looking import status_of, to_look_at
from services.enrollment.imports.receiving import Sent, check, receive, sql
from services.enrollment.imports.refused_rows import as_csv, as_xlsx

router = APIRouter(prefix="/api/imports", tags=["imports"])


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


FormatAsked = Annotated[Format, Query(alias="format")]


class Links(BaseModel):
    self: str


class ImportQueued(BaseModel):
    """Follow `links.self` until its state is `done` or `failed`."""

    import_id: UUID
    job_id: UUID
    status: State
    links: Links


class Failure(BaseModel):
    """Why the file as a whole was not taken."""

    field: str
    code: str
    detail: str
    remedy: str


class ImportView(BaseModel):
    """How far an import is. Each row of the sheet is in one of the five outcomes, or still to do."""

    import_id: UUID
    state: State
    rows: int | None = Field(description="Rows about a person; null until the file was read.")
    done: int
    accepted: int
    accepted_new_people: int = Field(
        description="Accepted people who had no other accepted enrollment: what `enrolled` grows by."
    )
    already_enrolled: int
    waitlisted: int
    review: int = Field(description="The document is known with another name; nothing was changed.")
    refused: int
    failure: Failure | None
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime = Field(description="When the file and its refused rows are erased.")


class RowView(BaseModel):
    """What became of a row, without what it says."""

    line: int
    outcome: str
    enrollment_id: UUID | None
    column: int | None = Field(description="The column to correct, counted from 1.")
    field: str | None
    code: str | None
    detail: str | None
    remedy: str | None


class Rows(Listing):
    rows: list[RowView]


@router.post("", status_code=202)
async def send_sheet(
    request: Request,
    file: UploadFile,
    res: Res,
    once: Idempotent,
    coordinator: Coordinator,
    response: Response,
    cohort_id: Annotated[UUID | None, Form()] = None,
    ubigeo_scheme: Annotated[Scheme | None, Form()] = None,
) -> ImportQueued:
    """Takes a CSV or XLSX file and adds the job that judges its rows one by one."""
    content = await file.read()
    check(content)
    sent = Sent(content, file.filename or "", cohort_id, ubigeo_scheme, coordinator.subject)
    async with once.transaction(res.pool) as connection:
        import_id, job_id = await receive(connection, res, sent, datetime.now(UTC))
        address = f"{request.app.state.prefix}/api/imports/{import_id}"
        response.headers["Location"] = address
        reply = ImportQueued(import_id=import_id, job_id=job_id, status=State.QUEUED, links=Links(self=address))
        return await once.keep(connection, reply)


@router.get("/{import_id}")
async def follow(import_id: UUID, res: Res, _coordinator: Coordinator) -> ImportView:
    """How far the import is, with its counts."""
    status = dict(await status_of(res, import_id))
    return ImportView.model_validate({**status, "failure": translated(status["failure"])})


@router.get("/{import_id}/rows")
async def outcomes(
    import_id: UUID,
    res: Res,
    _coordinator: Coordinator,
    after: int = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> Rows:
    """The rows' outcomes in the sheet's order, page by page."""
    await status_of(res, import_id)
    found = [translated(dict(row)) for row in await res.pool.fetch(sql.import_rows_after.text, import_id, after, limit)]
    rows = [RowView.model_validate(row) for row in found]
    return Rows(rows=rows, next=rows[-1].line if len(rows) == limit else None)


@router.get("/{import_id}/refused", response_class=Response)
async def refused(import_id: UUID, res: Res, _coordinator: Coordinator, kind: FormatAsked = Format.CSV) -> Response:
    """The rows that were refused or need a look, with reason and remedy: a sheet to correct and send again."""
    titles, rows = await to_look_at(res, await status_of(res, import_id))
    content = as_csv(titles, rows) if kind is Format.CSV else as_xlsx(titles, rows)
    headers = {
        "Content-Disposition": f'attachment; filename="filas-por-corregir.{kind}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=_MEDIA_TYPES[kind], headers=headers)


def translated(told: dict[str, object] | None) -> dict[str, object] | None:
    """What is told with message ids, in the reader's language; columns counted from 1."""
    if told is None:
        return None
    texts = {name: _(str(text)) for name, text in told.items() if name in _TEXTS and text}
    column = told.get("column_number")
    return {**told, **texts, "column": column + 1 if isinstance(column, int) else None}


_TEXTS = ("detail", "remedy")
_MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
