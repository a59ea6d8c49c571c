"""Programmes, their open cohorts and the syllabus over HTTP, for everybody."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from chassis.web.openapi import content_of
from chassis.web.pagination import Listing
from chassis.web.views import View, view_of
from services.enrollment.days import today
from services.enrollment.public_programmes import service
from services.enrollment.public_programmes.service import (
    OPEN_COHORTS,
    PUBLIC_PROGRAMMES,
    PublicCohort,
    PublicProgramme,
    PublicProgrammeInFull,
)
from services.enrollment.public_programmes.syllabus import set_syllabus, syllabus_data
from services.enrollment.resources import Res
from services.enrollment.settings import PREFIX

router = APIRouter(prefix="/api/public/programmes", tags=["public"])


class PublicProgrammes(Listing):
    programmes: list[PublicProgramme]


class PublicCohorts(Listing):
    """Each with whether it has seats; numbers of people are not told."""

    cohorts: list[PublicCohort]


@router.get("")
async def list_public_programmes(
    res: Res, view: Annotated[View, Depends(view_of(PUBLIC_PROGRAMMES))]
) -> PublicProgrammes:
    """The programmes, the newest first, with what they teach and whether they take enrollments."""
    page = await service.list_programmes(res.pool, view, today())
    return PublicProgrammes(programmes=page.rows, next=page.next)


@router.get("/{programme_id}")
async def show_public_programme(programme_id: UUID, res: Res) -> PublicProgrammeInFull:
    """A programme with the last edition of each module."""
    return await service.public_programme(res.pool, programme_id)


@router.get("/{programme_id}/cohorts")
async def list_open_cohorts(
    programme_id: UUID, res: Res, view: Annotated[View, Depends(view_of(OPEN_COHORTS))]
) -> PublicCohorts:
    """The cohorts of the programme that take enrollments."""
    await service.public_programme(res.pool, programme_id)
    page = await service.list_open_cohorts(res.pool, view, programme_id, today())
    return PublicCohorts(cohorts=page.rows, next=page.next)


@router.get("/{programme_id}/syllabus.pdf", response_class=Response, responses=content_of("application/pdf"))
async def print_syllabus(programme_id: UUID, res: Res) -> Response:
    """The syllabus to print, in the reader's language."""
    programme = await service.public_programme(res.pool, programme_id)
    data = syllabus_data(programme, f"{res.settings.public_url}{PREFIX}")
    content = await asyncio.to_thread(set_syllabus, data)
    name = f"{programme.code}.pdf"
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
