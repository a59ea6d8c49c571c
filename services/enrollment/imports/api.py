"""Sending sheets, following them, and downloading the rows that were not imported, over JSON and as files."""

from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Query, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from chassis.web.commands import Write
from chassis.web.pagination import Listing
from chassis.web.reads import Read
from chassis.web.texts import _
from chassis.web.views import View, view_of
from contracts.territory import Scheme
from services.enrollment.imports import service
from services.enrollment.imports.commands import UploadedSheet
from services.enrollment.imports.domain import ImportState
from services.enrollment.imports.service import ROW_OUTCOMES, Import, RowOutcome
from services.enrollment.imports.template import template_workbook
from services.enrollment.resources import Res
from services.enrollment.sheets.declaration import Declaration

router = APIRouter(prefix="/api/imports", tags=["imports"])


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


RequestedFormat = Annotated[Format, Query(alias="format")]


class Links(BaseModel):
    self: str


class ImportQueued(BaseModel):
    """Follow `links.self` until its state is `done` or `failed`."""

    import_id: UUID
    job_id: UUID
    status: ImportState
    links: Links


class Failure(BaseModel):
    """Why the file as a whole was not imported."""

    field: str
    code: str
    detail: str
    remedy: str


class ImportView(BaseModel):
    """How far an import is. Each row of the sheet has one of the five outcomes, or none yet."""

    model_config = ConfigDict(from_attributes=True)

    import_id: UUID
    state: ImportState
    rows: int | None = Field(description="Rows about a person; null until the file was read.")
    done: int
    accepted: int
    accepted_new_people: int = Field(
        description="Accepted people who had no other accepted enrollment: what `enrolled` grows by."
    )
    already_enrolled: int
    waitlisted: int
    review: int = Field(description="The document is known with another name, birth date or sex; nothing was changed.")
    refused: int
    failure: Failure | None
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime = Field(description="When the file and its refused rows are erased.")

    @classmethod
    def of(cls, found: Import) -> Self:
        view = cls.model_validate(found)
        if view.failure:
            view.failure.detail, view.failure.remedy = _(view.failure.detail), _(view.failure.remedy)
        return view


class RowView(BaseModel):
    """What became of a row, without its cells."""

    line: int
    outcome: str
    enrollment_id: UUID | None
    column: int | None = Field(description="The column to correct, counted from 1.")
    field: str | None
    code: str | None
    detail: str | None
    remedy: str | None

    @classmethod
    def of(cls, row: RowOutcome) -> Self:
        return cls(
            line=row.line,
            outcome=row.outcome,
            enrollment_id=row.enrollment_id,
            column=None if row.column_number is None else row.column_number + 1,
            field=row.field,
            code=row.code,
            detail=row.detail and _(row.detail),
            remedy=row.remedy and _(row.remedy),
        )


class Rows(Listing):
    rows: list[RowView]


@router.post("", status_code=202)
async def send_sheet(
    request: Request,
    response: Response,
    file: UploadFile,
    res: Res,
    write: Write,
    cohort_id: Annotated[UUID | None, Form()] = None,
    ubigeo_scheme: Annotated[Scheme | None, Form()] = None,
) -> ImportQueued:
    """Takes a CSV or XLSX file and adds the job that judges its rows one by one."""
    declaration = Declaration(cohort_id=cohort_id, ubigeo_scheme=ubigeo_scheme)
    sheet = UploadedSheet(await file.read(), file.filename or "", declaration)
    address = f"{request.app.state.prefix}/api/imports"
    reply = await write.run(partial(service.upload_sheet, resources=res), sheet, reply=partial(_queued, address))
    response.headers["Location"] = reply.links.self
    return reply


@router.get("/template", response_class=Response)
async def download_template() -> Response:
    """A workbook to fill in, with lists to choose from and instructions, in the reader's language."""
    name = _("template")
    headers = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return Response(template_workbook(), media_type=_MEDIA_TYPES[Format.XLSX], headers=headers)


@router.get("/{import_id}")
async def show_import(import_id: UUID, res: Res) -> ImportView:
    """How far the import is, with its counts."""
    return ImportView.of(await service.existing_import(res.pool, import_id))


@router.get("/{import_id}/rows")
async def list_rows(import_id: UUID, res: Res, view: Annotated[View, Depends(view_of(ROW_OUTCOMES))]) -> Rows:
    """The rows' outcomes in the sheet's order, page by page."""
    page = await service.list_outcomes(res.pool, view, import_id)
    return Rows(rows=[RowView.of(row) for row in page.rows], next=page.next)


@router.get("/{import_id}/refused", response_class=Response)
async def download_rows_to_correct(
    import_id: UUID, res: Res, read: Read, kind: RequestedFormat = Format.CSV
) -> Response:
    """The rows that were refused or need a look, with reason and remedy: a sheet to correct and send again."""
    sheet = await service.rows_needing_attention(read, res, await service.existing_import(res.pool, import_id))
    name = _("rows-to-correct")
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "Cache-Control": "no-store",
    }
    content = sheet.as_csv() if kind is Format.CSV else sheet.as_xlsx()
    return Response(content, media_type=_MEDIA_TYPES[kind], headers=headers)


def _queued(address: str, queued: service.QueuedImport) -> ImportQueued:
    return ImportQueued(
        import_id=queued.import_id,
        job_id=queued.job_id,
        status=ImportState.QUEUED,
        links=Links(self=f"{address}/{queued.import_id}"),
    )


_MEDIA_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
