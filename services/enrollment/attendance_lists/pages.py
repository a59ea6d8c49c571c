"""The page of a session's list: on the screen, as a spreadsheet, and the way to the paper."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis.web.pagination import render_list
from chassis.web.reads import Read
from chassis.web.views import View, view_of
from services.enrollment.attendance_lists import service
from services.enrollment.attendance_lists.service import PEOPLE_TO_SIGN
from services.enrollment.resources import Res
from services.enrollment.visibility import visibility_of, visible_cohort

router = APIRouter(prefix="/cohorts/{cohort_id}/sessions/{session_id}", include_in_schema=False)


@router.get("/list")
async def show_list(
    request: Request,
    cohort_id: UUID,
    session_id: UUID,
    res: Res,
    read: Read,
    view: Annotated[View, Depends(view_of(PEOPLE_TO_SIGN, exports=True))],
) -> Response:
    """The people with a seat at the session."""
    await visible_cohort(res.pool, read.principal, cohort_id)
    session = await service.listed_session(res.pool, cohort_id, session_id)
    page = await service.page_to_sign(read, res, cohort_id, view, visibility_of(read.principal))
    return await render_list(request, "attendance_lists/list.html", page, session=session, cohort_id=cohort_id)
