"""The page on which rows are corrected that were not imported: one form, in which each row is saved on its own and the
texts that were typed into the others stay."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import FormData

from chassis.runtime.rejections import RejectedError
from chassis.web.commands import Write
from chassis.web.forms import Form
from chassis.web.pages import render, see_other
from chassis.web.problems import field_errors
from chassis.web.reads import Read, ReadRequest
from chassis.web.texts import _
from services.enrollment.imports import service
from services.enrollment.imports.commands import CorrectRow
from services.enrollment.imports.correction_service import CorrectedRow, RowPlace, correct_row, rows_to_correct
from services.enrollment.imports.correction_sheet import digest_of
from services.enrollment.imports.labels import CORRECTED
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.sheets.cells import MAXIMUM_LINES
from services.enrollment.sheets.files.workbook_facts import MAXIMUM_TABS

router = APIRouter(include_in_schema=False)

ROWS = 20
"""Rows of a page."""

Tab = Annotated[int, Path(ge=1, le=MAXIMUM_TABS)]
Line = Annotated[int, Path(ge=1, le=MAXIMUM_LINES)]

Typed: TypeAlias = Mapping[str, Mapping[str, str]]
"""The texts of rows by their columns, both named as the form names them."""


class SavedRow(BaseModel):
    """The row that is saved, as the form names it."""

    tab: Annotated[int, Field(ge=1, le=MAXIMUM_TABS)]
    line: Annotated[int, Field(ge=1, le=MAXIMUM_LINES)]

    @classmethod
    def named(cls, name: str) -> RowPlace:
        tab, _, line = name.partition(".")
        row = cls.model_validate({"tab": tab, "line": line})
        return RowPlace(row.tab - 1, row.line)


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
    """Judges a row with its new cells, and shows the rows from the same one on.

    The row is the one whose button was pressed; without one, the first into which something was typed.
    """
    sent = await request.form()
    typed = _typed(sent)
    changed = [name for name, cells in typed.items() if digest_of(cells) != sent.get(f"was.{name}")]
    saved = str(sent.get("row") or next(iter([*changed, *typed]), ""))
    start = RowPlace(tab - 1, line - 1)
    try:
        async with write.transaction([import_id]) as unit:
            command = CorrectRow.model_validate({"cells": typed.get(saved, {})})
            row = await correct_row(unit, command, import_id, SavedRow.named(saved), res)
            here = f"/imports/{import_id}/correct/{tab}/{line}"
            reply = await write.record(unit, see_other(request, here, _told(row)), import_id)
        others = {name: typed[name] for name in changed if name != saved}
        return await _page(request, res, write.read, import_id, start, Form(), others, _told(row)) if others else reply
    except ValidationError as error:
        wrong = field_errors(error.errors(include_url=False, include_input=False))
        form = Form[BaseModel](errors={"": wrong[0].detail})
    except RejectedError as error:
        form = Form[BaseModel]().rejected(error.rejection)
    return await _page(request, res, write.read, import_id, start, form, typed)


def _typed(sent: FormData) -> Typed:
    typed: dict[str, dict[str, str]] = {}
    for name, text in sent.items():
        kind, _, place = name.partition(".")
        if kind == "cells":
            row, _, column = place.rpartition(".")
            typed.setdefault(row, {})[column] = str(text)
    return typed


async def _page(
    request: Request,
    res: EnrollmentResources,
    read: ReadRequest,
    import_id: UUID,
    after: RowPlace,
    form: Form[BaseModel],
    typed: Typed = MappingProxyType({}),
    told: str | None = None,
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
        typed=typed,
        told=told,
    )


def _told(row: CorrectedRow) -> str:
    return _(CORRECTED[row.outcome], line=row.place.line)
