"""Pages of programmes for everybody."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis.web.access import Anybody
from chassis.web.pages import render
from chassis.web.pagination import render_list
from chassis.web.views import View, view_of
from contracts.labels import LANGUAGES, MECHANISMS
from services.enrollment.days import today
from services.enrollment.materials.labels import FILE_TYPES, size_label
from services.enrollment.public_programmes import service
from services.enrollment.public_programmes.service import OPEN_COHORTS, PUBLIC_PROGRAMMES
from services.enrollment.resources import Res

router = APIRouter(prefix="/public/programmes", include_in_schema=False)


@router.get("")
async def list_programmes(
    request: Request, res: Res, _principal: Anybody, view: Annotated[View, Depends(view_of(PUBLIC_PROGRAMMES))]
) -> Response:
    """All programmes, and which of them take enrollments."""
    page = await service.list_programmes(res.pool, view, today())
    return await render_list(request, "public_programmes/list.html", page)


@router.get("/{programme_id}")
async def show_programme(
    request: Request,
    programme_id: UUID,
    res: Res,
    _principal: Anybody,
    view: Annotated[View, Depends(view_of(OPEN_COHORTS))],
) -> Response:
    """What a programme teaches, which cohorts take enrollments, and how to enroll."""
    return render(
        request,
        "public_programmes/one.html",
        programme=await service.public_programme(res.pool, programme_id),
        cohorts=await service.list_open_cohorts(res.pool, view, programme_id, today()),
        mechanisms=MECHANISMS,
        languages=LANGUAGES,
        file_types=FILE_TYPES,
        size_label=size_label,
    )
