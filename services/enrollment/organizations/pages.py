"""Pages of organizations and their members."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.web.forms import Form, choices
from chassis.web.pages import render
from chassis.web.texts import _
from contracts import territory
from contracts.event import OrganizationType
from contracts.labels import ORGANIZATION_TYPE_ANSWERS
from services.enrollment import labels
from services.enrollment.enrollments.labels import STATUSES
from services.enrollment.organizations import service
from services.enrollment.organizations.commands import RegisterOrganization
from services.enrollment.people.service import entries_of_organization
from services.enrollment.resources import Res
from services.enrollment.visibility import (
    Coordinator,
    CoordinatorWrites,
    OrganizationReader,
    organization_of,
    visible_organization,
)

router = APIRouter(include_in_schema=False)

_TYPES = {
    value: label
    for value, label in ORGANIZATION_TYPE_ANSWERS.items()
    if value not in {OrganizationType.NONE, OrganizationType.NOT_STATED}
}
"""What an organization can be; a person may have none or not say it."""


@router.get("/organizations")
async def list_organizations(request: Request, res: Res, principal: OrganizationReader) -> Response:
    """The organizations; a delegate sees their own."""
    return render(
        request,
        "organizations/list.html",
        organizations=await service.list_organizations(res.pool, organization_of(principal)),
        types=ORGANIZATION_TYPE_ANSWERS,
        districts=territory.districts(),
    )


@router.get("/organizations/new")
async def new_organization(request: Request, _coordinator: Coordinator) -> Response:
    """The form of an organization."""
    return await _new_organization(request, Form())


@router.post("/organizations/new")
async def register_organization(write: CoordinatorWrites) -> Response:
    """Registers an organization."""
    return await write.submit(
        RegisterOrganization,
        service.register_organization,
        locks=lambda command: [command.organization_id],
        form=partial(_new_organization, write.request),
        done=lambda _id: ("/organizations", _("The organization is registered.")),
    )


@router.get("/organizations/{organization_id}")
async def show_organization(
    request: Request, organization_id: UUID, res: Res, principal: OrganizationReader
) -> Response:
    """An organization, and who enrolled for it."""
    return render(
        request,
        "organizations/one.html",
        organization=await visible_organization(res.pool, principal, organization_id),
        entries=await entries_of_organization(res, organization_id),
        statuses=STATUSES,
    )


async def _new_organization(request: Request, form: Form[RegisterOrganization]) -> Response:
    return render(
        request,
        "organizations/new.html",
        form.status,
        types=choices(_TYPES),
        districts=labels.districts(),
        values=form.values,
        errors=form.errors,
    )
