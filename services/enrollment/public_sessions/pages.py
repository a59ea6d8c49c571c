"""The page of next sessions, for everybody."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from chassis.web.access import Anybody
from chassis.web.pagination import render_list
from chassis.web.views import View, view_of
from services.enrollment.fields import districts
from services.enrollment.public_sessions import service
from services.enrollment.public_sessions.service import NEXT_SESSIONS, AskedDistrict
from services.enrollment.resources import Res

router = APIRouter(prefix="/public/sessions", include_in_schema=False)


@router.get("")
async def list_next_sessions(
    request: Request,
    res: Res,
    _principal: Anybody,
    view: Annotated[View, Depends(view_of(NEXT_SESSIONS))],
    district: AskedDistrict = None,
) -> Response:
    """What takes place next, in the district that is chosen."""
    page = await service.list_next_sessions(res.pool, view, datetime.now(UTC), district)
    return await render_list(request, "public_sessions/list.html", page, districts=districts(), chosen=district)
