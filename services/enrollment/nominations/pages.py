"""Pages of seats that organizations fill: how many they have, nominating a member, and substituting one."""

from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.store.unit_of_work import UnitOfWork
from chassis.web.access import SignedIn
from chassis.web.auth.principal import Principal
from chassis.web.commands import Write, form_on
from chassis.web.forms import VERSION_FIELD, Form, Values, choices
from chassis.web.pages import render
from chassis.web.pagination import all_rows
from chassis.web.reads import Read, ReadRequest
from chassis.web.texts import _
from contracts.labels import CONSENT_ANSWERS
from services.enrollment.cohorts.domain import change_locks
from services.enrollment.enrollments.domain import Enrolled
from services.enrollment.nominations import service
from services.enrollment.nominations.commands import NominateMember, SetNominatedSeats, SubstituteMember
from services.enrollment.nominations.labels import SUBSTITUTION_REASONS
from services.enrollment.nominations.service import SEATS_OF_COHORT
from services.enrollment.organizations.service import named_organizations
from services.enrollment.people.member_pages import members_among
from services.enrollment.person_choices import person_choices
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.visibility import visibility_of_members, visible_cohort, visible_organization

router = APIRouter(include_in_schema=False)

NEW_MEMBER: Values = {"document.type": "dni"}


@router.get("/cohorts/{cohort_id}/nominated-seats")
async def show_seats(request: Request, cohort_id: UUID, res: Res, principal: SignedIn) -> Response:
    """The seats of the cohort that organizations fill, and the form that gives them some."""
    version = await service.seats_tag(res.pool, cohort_id)  # before what it is the version of
    return await _seats(request, res, principal, cohort_id, Form({VERSION_FIELD: version}))


@router.post("/cohorts/{cohort_id}/nominated-seats")
async def set_nominated_seats(cohort_id: UUID, res: Res, write: Write) -> Response:
    """Gives an organization so many seats of the cohort."""
    return await write.submit(
        SetNominatedSeats,
        partial(service.set_nominated_seats, cohort_id=cohort_id),
        locks=lambda _command: change_locks(cohort_id),
        form=partial(_seats, write.request, res, write.principal, cohort_id),
        done=lambda _nothing: (f"/cohorts/{cohort_id}/nominated-seats", _("The seats are set.")),
        tag=partial(service.seats_tag, cohort_id=cohort_id),
    )


@router.get("/organizations/{organization_id}/cohorts/{cohort_id}/nominate")
async def new_nomination(
    request: Request, organization_id: UUID, cohort_id: UUID, res: Res, principal: SignedIn
) -> Response:
    """The form of a member who gets a seat."""
    return await _nomination(request, res, principal, organization_id, cohort_id, Form(dict(NEW_MEMBER)))


@router.post("/organizations/{organization_id}/cohorts/{cohort_id}/nominate")
async def nominate_member(organization_id: UUID, cohort_id: UUID, res: Res, write: Write) -> Response:
    """Gives a seat to a member, in the cohort of the address whatever the form names."""
    await visible_organization(res.pool, write.principal, organization_id)

    async def nominate(unit: UnitOfWork, command: NominateMember) -> Enrolled:
        return await service.nominate(unit, command.model_copy(update={"cohort_id": cohort_id}), organization_id, res)

    return await write.submit(
        NominateMember,
        nominate,
        form=partial(_nomination, write.request, res, write.principal, organization_id, cohort_id),
        done=lambda _enrolled: (f"/organizations/{organization_id}", _("The member has a seat.")),
    )


@router.get("/organizations/{organization_id}/enrollments/{enrollment_id}/substitute")
async def new_substitution(
    request: Request, organization_id: UUID, enrollment_id: UUID, res: Res, read: Read
) -> Response:
    """The form of the member who gets the seat of another."""
    form = await form_on(res.pool, enrollment_id)
    return await _substitution(request, res, read, organization_id, enrollment_id, Form(form.values | NEW_MEMBER))


@router.post("/organizations/{organization_id}/enrollments/{enrollment_id}/substitute")
async def substitute_member(organization_id: UUID, enrollment_id: UUID, res: Res, write: Write) -> Response:
    """Gives the seat of one member to another."""
    await visible_organization(res.pool, write.principal, organization_id)
    return await write.submit(
        SubstituteMember,
        partial(service.substitute, organization_id=organization_id, former_enrollment_id=enrollment_id, resources=res),
        form=partial(_substitution, write.request, res, write.read, organization_id, enrollment_id),
        done=lambda _enrolled: (f"/organizations/{organization_id}", _("The seat has passed to the other member.")),
    )


async def _seats(
    request: Request, res: EnrollmentResources, principal: Principal, cohort_id: UUID, form: Form[Any]
) -> Response:
    organizations = await named_organizations(res.pool)
    return render(
        request,
        "nominations/seats.html",
        form.status,
        cohort=await visible_cohort(res.pool, principal, cohort_id),
        seats=all_rows(SEATS_OF_COHORT, await service.seats_of_cohort(res.pool, cohort_id)),
        organizations=[(str(one.organization_id), one.name) for one in organizations],
        form=form,
    )


async def _nomination(
    request: Request,
    res: EnrollmentResources,
    principal: Principal,
    organization_id: UUID,
    cohort_id: UUID,
    form: Form[Any],
) -> Response:
    organization = await visible_organization(res.pool, principal, organization_id)
    cohort = await service.seats_in_cohort(res.pool, organization_id, cohort_id)
    address = f"/organizations/{organization_id}/cohorts/{cohort_id}/nominate"
    return _member(request, form, organization=organization, cohort=cohort, address=address, reasons=None)


async def _substitution(
    request: Request,
    res: EnrollmentResources,
    read: ReadRequest,
    organization_id: UUID,
    enrollment_id: UUID,
    form: Form[Any],
) -> Response:
    organization = await visible_organization(res.pool, read.principal, organization_id)
    cohort = await service.seats_in_cohort(
        res.pool, organization_id, await service.cohort_of_member(res.pool, organization_id, enrollment_id)
    )
    visibility = visibility_of_members(read.principal)
    [former] = read.shows(await members_among(read, res, organization_id, [enrollment_id], visibility))
    address = f"/organizations/{organization_id}/enrollments/{enrollment_id}/substitute"
    reasons = choices(SUBSTITUTION_REASONS)
    return _member(
        request, form, organization=organization, cohort=cohort, address=address, reasons=reasons, former=former
    )


def _member(request: Request, form: Form[Any], **shown: Any) -> Response:
    return render(
        request,
        "nominations/member.html",
        form.status,
        **shown,
        **person_choices(),
        purposes=choices(CONSENT_ANSWERS),
        form=form,
    )
