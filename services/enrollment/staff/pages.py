"""Pages of the directory: who is assigned where, and who stands in for whom."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from chassis.web.commands import Write
from chassis.web.forms import Form, choices
from chassis.web.pages import render
from chassis.web.pagination import all_rows, page_of, render_list
from chassis.web.texts import _
from chassis.web.views import View, view_of
from contracts.days import day_of
from services.enrollment.cohorts.domain import assignment_locks
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.staff import absences, lists, service
from services.enrollment.staff.commands import EnterStaff, HandOver
from services.enrollment.staff.domain import AbsenceState, Role
from services.enrollment.staff.labels import ABSENCE_REASONS, ROLES
from services.enrollment.staff.lists import ABSENCES, STAFF

router = APIRouter(include_in_schema=False)


@router.get("/staff")
async def list_staff(
    request: Request, res: Res, view: Annotated[View, Depends(view_of(STAFF, exports=True))]
) -> Response:
    """Everybody of the directory with their cohorts, and those who have cohorts and are not in it."""
    rows = await lists.list_staff(res, day_of(datetime.now(UTC)))
    unknown = await lists.users_without_name(res)
    return await render_list(request, "staff/list.html", page_of(rows, view), unknown=unknown)


@router.get("/staff/names")
async def show_names(request: Request, res: Res, users: Annotated[str, Query(max_length=2000)] = "") -> Response:
    """The names of these users, for those whose browser does not show them beside their work."""
    return render(request, "staff/names.html", names=await service.names_of(res, filter(None, users.split(","))))


@router.get("/staff/new")
async def new_staff(request: Request) -> Response:
    """The form of somebody who has not signed in yet."""
    return await _new_staff(request, Form({"role": Role.FACILITATOR, **request.query_params}))


@router.post("/staff/new")
async def enter_staff(res: Res, write: Write) -> Response:
    """Enters somebody into the directory."""
    return await write.submit(
        EnterStaff,
        partial(service.enter, res=res),
        form=partial(_new_staff, write.request),
        done=lambda staff_id: (f"/staff/{staff_id}", _("The person is in the directory.")),
    )


@router.get("/staff/{staff_id}")
async def show_staff(request: Request, staff_id: UUID, res: Res) -> Response:
    """Somebody of the directory with their cohorts and absences, and the form that hands their cohorts over."""
    return await _member(request, res, staff_id, Form())


@router.post("/staff/{staff_id}/remove")
async def remove_staff(staff_id: UUID, res: Res, write: Write) -> Response:
    """Removes the name of somebody who left."""
    return await write.press(
        service.remove,
        staff_id,
        locks=assignment_locks(staff_id),
        form=partial(_member, write.request, res, staff_id),
        done=lambda _nothing: ("/staff", _("The person is no longer in the directory.")),
    )


@router.post("/staff/{staff_id}/absences")
async def hand_over(staff_id: UUID, res: Res, write: Write) -> Response:
    """Gives the person's cohorts to another, from the first day to the last."""
    return await write.submit(
        HandOver,
        partial(absences.hand_over, staff_id=staff_id),
        locks=lambda _command: assignment_locks(staff_id),
        form=partial(_member, write.request, res, staff_id),
        done=lambda _absence: (f"/staff/{staff_id}", _("The absence is entered.")),
    )


@router.post("/staff/{staff_id}/absences/{absence_id}/end")
async def end_absence(staff_id: UUID, absence_id: UUID, res: Res, write: Write) -> Response:
    """Gives the cohorts back before the last day."""
    return await write.press(
        partial(absences.end_absence, staff_id=staff_id),
        absence_id,
        locks=assignment_locks(absence_id),
        form=partial(_member, write.request, res, staff_id),
        done=lambda _nothing: (f"/staff/{staff_id}", _("The absence has ended.")),
    )


async def _new_staff(request: Request, form: Form[EnterStaff]) -> Response:
    roles = [(role, label) for role, label in choices(ROLES) if role != Role.DELEGATE]
    return render(request, "staff/new.html", form.status, roles=roles, form=form)


async def _member(request: Request, res: EnrollmentResources, staff_id: UUID, form: Form[Any]) -> Response:
    members = await service.directory(res)
    member = service.find(members, staff_id)
    others = [one for one in service.facilitators(members) if one is not member]
    today = day_of(datetime.now(UTC))
    rows = await lists.list_absences(res.pool, member.user_id, members, today)
    return render(
        request,
        "staff/one.html",
        form.status,
        member=member,
        roles=lists.roles_of(member),
        facilitates=Role.FACILITATOR in member.roles,
        organization=await lists.organization_of(res, member),
        cohorts=await lists.assigned_cohorts(res.pool, member.user_id),
        absences=all_rows(ABSENCES, rows),
        current=[one for one in rows if one.state is AbsenceState.CURRENT],
        substitutes=[(str(one.staff_id), one.name) for one in service.with_distinct_names(others)],
        reasons=choices(ABSENCE_REASONS),
        form=form,
    )
