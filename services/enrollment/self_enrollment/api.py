"""Opening a cohort to people who enroll themselves, the QR code of its address, and a poster."""

import asyncio
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from chassis.runtime.rejections import RejectedError
from chassis.runtime.settings import ServiceSettings
from chassis.web import qr
from chassis.web.commands import Write
from chassis.web.files import download
from chassis.web.openapi import content_of
from services.enrollment.days import today
from services.enrollment.resources import Res
from services.enrollment.self_enrollment import service
from services.enrollment.self_enrollment.poster import Paper, poster_data, set_poster
from services.enrollment.self_enrollment.service import SelfEnrollment

router = APIRouter(prefix="/api/cohorts/{cohort_id}/self-enrollment", tags=["cohorts"])


class SelfEnrollmentReply(BaseModel):
    """`address` is what is posted or printed; it stays the same when it is stopped and opened again."""

    address: str
    is_open: bool

    @classmethod
    def of(cls, settings: ServiceSettings, found: SelfEnrollment) -> Self:
        return cls(address=service.shared_address(settings, found.code), is_open=found.is_open)


@router.get("")
async def show_self_enrollment(cohort_id: UUID, res: Res) -> SelfEnrollmentReply:
    """The address at which people enroll themselves."""
    return SelfEnrollmentReply.of(res.settings, await service.shared_self_enrollment(res.pool, cohort_id))


@router.post("/open")
async def open_self_enrollment(cohort_id: UUID, res: Res, write: Write) -> SelfEnrollmentReply:
    """Lets people enroll themselves."""
    return await write.run(
        service.open_self_enrollment,
        cohort_id,
        locks=[cohort_id],
        reply=lambda opened: SelfEnrollmentReply.of(res.settings, opened),
    )


@router.post("/stop")
async def stop_self_enrollment(cohort_id: UUID, res: Res, write: Write) -> SelfEnrollmentReply:
    """Lets nobody enroll themselves any more."""
    return await write.run(
        service.stop_self_enrollment,
        cohort_id,
        locks=[cohort_id],
        reply=lambda stopped: SelfEnrollmentReply.of(res.settings, stopped),
    )


@router.get("/qr.svg", response_class=Response, responses=content_of("image/svg+xml"))
async def qr_as_svg(cohort_id: UUID, res: Res) -> Response:
    """The QR code of the address as SVG, for print in any size."""
    found = await service.shared_self_enrollment(res.pool, cohort_id)
    picture = qr.svg(service.shared_address(res.settings, found.code))
    return download(picture, "image/svg+xml", f"qr-{found.code}.svg")


@router.get("/qr.png", response_class=Response, responses=content_of("image/png"))
async def qr_as_png(cohort_id: UUID, res: Res) -> Response:
    """The QR code of the address as PNG, to be sent by phone."""
    found = await service.shared_self_enrollment(res.pool, cohort_id)
    picture = qr.png(service.shared_address(res.settings, found.code))
    return download(picture, "image/png", f"qr-{found.code}.png")


@router.get("/poster.pdf", response_class=Response, responses=content_of("application/pdf"))
async def print_poster(cohort_id: UUID, res: Res, paper: Annotated[Paper, Query()] = Paper.A4) -> Response:
    """A poster with the address and its code to hang on a wall, in the reader's language. Of seats it tells nothing."""
    found = await service.shared_self_enrollment(res.pool, cohort_id)
    cohort = await service.offered_cohort(res.pool, found.code, today())
    if not cohort.takes_enrollments:
        raise RejectedError(service.NOT_OFFERED)
    data = poster_data(cohort, service.shared_address(res.settings, found.code), res.settings, paper)
    content = await asyncio.to_thread(set_poster, data)
    return download(content, "application/pdf", f"poster-{found.code}-{paper}.pdf")
