"""The next sessions over HTTP, for everybody."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends

from chassis.web.pagination import Listing
from chassis.web.views import View, view_of
from services.enrollment.public_sessions import service
from services.enrollment.public_sessions.service import NEXT_SESSIONS, AskedDistrict, NextSession
from services.enrollment.resources import Res

router = APIRouter(prefix="/api/public/sessions", tags=["public"])


class NextSessions(Listing):
    sessions: list[NextSession]


@router.get("")
async def list_next_sessions(
    res: Res, view: Annotated[View, Depends(view_of(NEXT_SESSIONS))], district: AskedDistrict = None
) -> NextSessions:
    """The sessions to come that are open to the public, by their start."""
    page = await service.list_next_sessions(res.pool, view, datetime.now(UTC), district)
    return NextSessions(sessions=page.rows, next=page.next)
