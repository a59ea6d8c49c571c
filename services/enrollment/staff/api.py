"""The directory and its absences over JSON."""

from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict

from chassis.web.access import SignedIn
from chassis.web.commands import Write
from chassis.web.pagination import Listing, page_of
from chassis.web.views import View, view_of
from contracts.days import day_of
from services.enrollment.cohorts.domain import assignment_locks
from services.enrollment.resources import Res
from services.enrollment.staff import absences, service
from services.enrollment.staff.absences import OwnAbsence
from services.enrollment.staff.commands import EnterStaff, HandOver
from services.enrollment.staff.domain import AbsenceReason
from services.enrollment.staff.lists import DIRECTORY
from services.enrollment.staff.service import StaffMember

router = APIRouter(prefix="/api/staff", tags=["staff"])


class Staff(Listing):
    """Those of the directory."""

    staff: list[StaffMember]


class Names(BaseModel):
    """Names by users; a user whom the directory does not have stands for the name."""

    names: dict[str, str]


class OwnAbsenceReply(BaseModel):
    """The absence that the reader has today; null if they have none."""

    absence: OwnAbsence | None


class StaffReply(BaseModel):
    staff_id: UUID


class AbsenceReply(BaseModel):
    """An absence; `facilitator_id` and `substitute_id` are users of the issuer."""

    model_config = ConfigDict(from_attributes=True)

    absence_id: UUID
    facilitator_id: str
    substitute_id: str
    starts_on: date
    ends_on: date
    reason: AbsenceReason
    ended_at: datetime | None


class Absences(BaseModel):
    """The newest first."""

    absences: list[AbsenceReply]


@router.get("")
async def list_staff(res: Res, view: Annotated[View, Depends(view_of(DIRECTORY))]) -> Staff:
    """Those who signed in or were entered."""
    page = page_of(await service.directory(res), view)
    return Staff(staff=page.rows, next=page.next)


@router.get("/names")
async def name_staff(
    users: Annotated[str, Query(max_length=2000, description="Users of the issuer, separated by commas.")], res: Res
) -> Names:
    """The names of these, for showing them beside their work."""
    return Names(names=await service.names_of(res, users.split(",")))


@router.get("/absence")
async def show_own_absence(res: Res, reader: SignedIn) -> OwnAbsenceReply:
    """Until when the reader is absent, and who has their cohorts."""
    return OwnAbsenceReply(absence=await absences.own_absence(res, reader.subject, day_of(datetime.now(UTC))))


@router.post("", status_code=201)
async def enter_staff(body: EnterStaff, res: Res, write: Write) -> StaffReply:
    """Enters somebody who has not signed in yet. Name and role are the issuer's as soon as they sign in."""
    return await write.run(partial(service.enter, res=res), body, reply=lambda staff_id: StaffReply(staff_id=staff_id))


@router.post("/{staff_id}/remove", status_code=204)
async def remove_staff(staff_id: UUID, write: Write) -> Response:
    """Removes the name of somebody who left."""
    locks = assignment_locks(staff_id)
    return await write.run(service.remove, staff_id, locks=locks, reply=lambda _: Response(status_code=204))


@router.get("/{staff_id}/absences")
async def list_absences(staff_id: UUID, res: Res) -> Absences:
    """The absences of this person, and those in which they stand in."""
    member = await service.stored_member(res.pool, staff_id)
    found = await absences.absences_of(res.pool, member.user_id)
    return Absences(absences=[AbsenceReply.model_validate(one) for one in found])


@router.post("/{staff_id}/absences", status_code=201)
async def hand_over_absence(staff_id: UUID, body: HandOver, write: Write) -> AbsenceReply:
    """Gives the person's cohorts to another, from the first day to the last."""
    return await write.run(
        partial(absences.hand_over, staff_id=staff_id),
        body,
        locks=assignment_locks(staff_id),
        reply=AbsenceReply.model_validate,
    )


@router.post("/{staff_id}/absences/{absence_id}/end", status_code=204)
async def end_absence(staff_id: UUID, absence_id: UUID, write: Write) -> Response:
    """Gives the cohorts back before the last day, at the address of whoever is absent or stands in."""
    return await write.run(
        partial(absences.end_absence, staff_id=staff_id),
        absence_id,
        locks=assignment_locks(absence_id),
        reply=lambda _: Response(status_code=204),
    )
