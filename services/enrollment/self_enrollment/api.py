"""Opening a cohort to people who enroll themselves, and the QR code of its address."""

from typing import Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from chassis.runtime.settings import ServiceSettings
from chassis.web import qr
from chassis.web.commands import Write
from services.enrollment.resources import Res
from services.enrollment.self_enrollment import service
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


@router.get("/qr.svg", response_class=Response)
async def qr_as_svg(cohort_id: UUID, res: Res) -> Response:
    """The QR code of the address as SVG, for print in any size."""
    found = await service.shared_self_enrollment(res.pool, cohort_id)
    picture = qr.svg(service.shared_address(res.settings, found.code))
    return qr.download(picture, "image/svg+xml", f"qr-{found.code}.svg")


@router.get("/qr.png", response_class=Response)
async def qr_as_png(cohort_id: UUID, res: Res) -> Response:
    """The QR code of the address as PNG, to be sent by phone."""
    found = await service.shared_self_enrollment(res.pool, cohort_id)
    picture = qr.png(service.shared_address(res.settings, found.code))
    return qr.download(picture, "image/png", f"qr-{found.code}.png")
