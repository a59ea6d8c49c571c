"""Pages of organizations and their members."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis.web.access import SignedIn
from chassis.web.commands import Write
from chassis.web.forms import VERSION_FIELD, Form, Values, choices
from chassis.web.pages import render
from chassis.web.pagination import all_rows, render_list
from chassis.web.reads import Read
from chassis.web.tables import Table
from chassis.web.texts import _
from chassis.web.views import View, view_of
from contracts.event import OrganizationType
from contracts.labels import ORGANIZATION_TYPE_ANSWERS
from services.enrollment import fields
from services.enrollment.corrections.service import correction_form, history_of, values_of
from services.enrollment.nominations.service import (
    SEATS_OF_ORGANIZATION,
    SUBSTITUTIONS,
    named,
    seats_of_organization,
    substitutions_of,
)
from services.enrollment.organizations import changes, contacts, service
from services.enrollment.organizations.commands import CorrectOrganization, RegisterOrganization, WriteContact
from services.enrollment.organizations.contacts import FORMER_CONTACTS, WrittenContact, contact_tag, contacts_of
from services.enrollment.organizations.labels import ORGANIZATION_CORRECTION_REASONS
from services.enrollment.organizations.service import COMPLETIONS, ORGANIZATIONS_WITH_TRAINED, existing_organization
from services.enrollment.people.member_pages import members_among, page_of_members
from services.enrollment.people.service import MEMBERS, MEMBERS_WITH_COHORT
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.staff import service as staff
from services.enrollment.visibility import (
    listed_organization_of,
    organizations_for,
    visibility_of_members,
    visible_organization,
)

router = APIRouter(include_in_schema=False)

_TYPES = {
    value: label
    for value, label in ORGANIZATION_TYPE_ANSWERS.items()
    if value not in {OrganizationType.NONE, OrganizationType.NOT_STATED}
}
"""What an organization can be. Of a person it can also be that they have none, or did not say."""


def _members_for(principal: SignedIn) -> Table:
    """The columns of an organization's members. The cohorts lead a coordinator to their pages."""
    return MEMBERS_WITH_COHORT if "coordinator" in principal.roles else MEMBERS


@router.get("/organizations")
async def list_organizations(
    request: Request,
    res: Res,
    principal: SignedIn,
    view: Annotated[View, Depends(view_of(ORGANIZATIONS_WITH_TRAINED, exports=True, chosen_by=organizations_for))],
) -> Response:
    """The organizations; a delegate sees their own."""
    page = await service.list_organizations(res.pool, view, listed_organization_of(principal))
    return await render_list(request, "organizations/list.html", page)


@router.get("/organizations/new")
async def new_organization(request: Request) -> Response:
    """The form of an organization."""
    return await _new_organization(request, Form())


@router.post("/organizations/new")
async def register_organization(write: Write) -> Response:
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
    request: Request,
    organization_id: UUID,
    res: Res,
    read: Read,
    view: Annotated[View, Depends(view_of(MEMBERS_WITH_COHORT, exports=True, chosen_by=_members_for))],
) -> Response:
    """An organization: the seats that it fills, who enrolled for it, and who gave a seat to whom."""
    organization = await visible_organization(res.pool, read.principal, organization_id)
    visibility = visibility_of_members(read.principal)
    page = await page_of_members(read, res, organization_id, view, visibility)
    substitutions = await substitutions_of(res.pool, organization_id)
    substituted = {one.former_enrollment_id for one in substitutions} | {one.enrollment_id for one in substitutions}
    members = await members_among(read, res, organization_id, substituted, visibility)
    read.shows([*page.rows, *members])
    return await render_list(
        request,
        "organizations/one.html",
        page,
        organization=organization,
        contact=next(iter(await contacts_of(res, organization_id)), None),
        seats=all_rows(SEATS_OF_ORGANIZATION, await seats_of_organization(res.pool, organization_id)),
        substitutions=all_rows(
            SUBSTITUTIONS,
            staff.with_names(named(substitutions, members), await staff.names(res), "substituted_by"),
        ),
    )


@router.get("/organizations/{organization_id}/completions")
async def show_completions(
    request: Request,
    organization_id: UUID,
    res: Res,
    read: Read,
    view: Annotated[View, Depends(view_of(COMPLETIONS, exports=True))],
) -> Response:
    """The completions by which an organization is trained, without names."""
    page = await service.completions_for(read, res.pool, organization_id, view)
    organization = await existing_organization(res.pool, organization_id)
    return await render_list(request, "organizations/completions.html", page, organization=organization)


@router.get("/organizations/{organization_id}/correct")
async def new_correction(request: Request, organization_id: UUID, res: Res) -> Response:
    """The form with the organization as it is stored."""
    form = await correction_form(res.pool, organization_id, _stored(res, organization_id))
    return await _correction(request, res, organization_id, form)


@router.post("/organizations/{organization_id}/correct")
async def correct_organization(organization_id: UUID, res: Res, write: Write) -> Response:
    """Corrects the organization."""
    return await write.submit(
        CorrectOrganization,
        partial(changes.correct_organization, organization_id=organization_id),
        locks=lambda _command: [organization_id],
        form=partial(_correction, write.request, res, organization_id),
        done=lambda _id: (f"/organizations/{organization_id}", _("The organization is corrected.")),
    )


@router.get("/organizations/{organization_id}/contact")
async def new_contact(request: Request, organization_id: UUID, res: Res) -> Response:
    """The form with the contact as it is stored."""
    version = await contact_tag(res.pool, organization_id)  # before what it is the version of
    stored = await contacts_of(res, organization_id)
    return await _contact(request, res, organization_id, Form(_values(stored[:1]) | {VERSION_FIELD: version}))


@router.post("/organizations/{organization_id}/contact")
async def write_contact(organization_id: UUID, res: Res, write: Write) -> Response:
    """Writes whom to contact at the organization."""
    return await write.submit(
        WriteContact,
        partial(contacts.write_contact, organization_id=organization_id, res=res),
        locks=lambda _command: [organization_id],
        form=partial(_contact, write.request, res, organization_id),
        done=lambda _nothing: (f"/organizations/{organization_id}", _("The contact is kept.")),
        tag=partial(contact_tag, organization_id=organization_id),
    )


@router.post("/organizations/{organization_id}/contact/erase")
async def erase_contact(organization_id: UUID, res: Res, write: Write) -> Response:
    """Erases the contact with all that was written before."""
    return await write.press(
        contacts.erase_contact,
        organization_id,
        locks=[organization_id],
        form=partial(_contact, write.request, res, organization_id),
        done=lambda _nothing: (f"/organizations/{organization_id}", _("The contact is erased.")),
        tag=partial(contact_tag, organization_id=organization_id),
    )


def _values(stored: Sequence[WrittenContact]) -> Values:
    return {name: getattr(one, name) or "" for one in stored for name in WriteContact.model_fields}


async def _contact(
    request: Request, res: EnrollmentResources, organization_id: UUID, form: Form[WriteContact]
) -> Response:
    version = await contact_tag(res.pool, organization_id)  # before what it is the version of
    stored = await contacts_of(res, organization_id)
    return render(
        request,
        "organizations/contact.html",
        form.status,
        organization=await existing_organization(res.pool, organization_id),
        contact=next(iter(stored), None),
        version=version,
        former=all_rows(FORMER_CONTACTS, staff.with_names(stored[1:], await staff.names(res), "written_by")),
        form=form,
    )


async def _stored(res: EnrollmentResources, organization_id: UUID) -> Values:
    return values_of(await existing_organization(res.pool, organization_id))


async def _correction(
    request: Request, res: EnrollmentResources, organization_id: UUID, form: Form[CorrectOrganization]
) -> Response:
    return render(
        request,
        "organizations/correct.html",
        form.status,
        organization=await existing_organization(res.pool, organization_id),
        types=choices(_TYPES),
        districts=fields.districts(),
        reasons=choices(ORGANIZATION_CORRECTION_REASONS),
        corrections=await history_of(res, organization_id),
        form=form,
    )


async def _new_organization(request: Request, form: Form[RegisterOrganization]) -> Response:
    return render(
        request,
        "organizations/new.html",
        form.status,
        types=choices(_TYPES),
        districts=fields.districts(),
        form=form,
    )
