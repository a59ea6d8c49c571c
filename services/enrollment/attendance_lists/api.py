"""A session's list over HTTP: its people, and the sheet to sign."""

import asyncio
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from chassis.web.openapi import content_of
from chassis.web.reads import Read
from contracts.days import day_of
from services.enrollment.attendance_lists import service
from services.enrollment.attendance_lists.service import ListedPerson
from services.enrollment.attendance_lists.sheet import set_sheet
from services.enrollment.resources import Res
from services.enrollment.visibility import visibility_of, visible_cohort

router = APIRouter(prefix="/api/cohorts/{cohort_id}/sessions/{session_id}", tags=["cohorts"])


class AttendanceList(BaseModel):
    """Everybody with a seat, by family name."""

    people: list[ListedPerson]


@router.get("/list")
async def show_attendance_list(cohort_id: UUID, session_id: UUID, res: Res, read: Read) -> AttendanceList:
    """The people with a seat at the session, with the code under each card."""
    await visible_cohort(res.pool, read.principal, cohort_id)
    await service.listed_session(res.pool, cohort_id, session_id)
    return AttendanceList(people=await service.people_to_sign(read, res, cohort_id, visibility_of(read.principal)))


@router.get("/list.pdf", response_class=Response, responses=content_of("application/pdf"))
async def print_attendance_list(cohort_id: UUID, session_id: UUID, res: Res, read: Read) -> Response:
    """The list to sign as a PDF, in the reader's language."""
    await visible_cohort(res.pool, read.principal, cohort_id)
    session = await service.listed_session(res.pool, cohort_id, session_id)
    people = await service.people_to_sign(read, res, cohort_id, visibility_of(read.principal))
    content = await asyncio.to_thread(set_sheet, session, people)
    name = f"list-{day_of(session.starts_at)}.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/pdf", headers=headers)
