"""Organizations over JSON."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from chassis.web.access import SignedIn
from chassis.web.commands import Write
from chassis.web.pagination import Listing
from chassis.web.reads import Read
from chassis.web.views import View, view_of
from services.enrollment.corrections.replies import Changes
from services.enrollment.corrections.service import corrections_of
from services.enrollment.organizations import changes, contacts, service
from services.enrollment.organizations.commands import CorrectOrganization, RegisterOrganization, WriteContact
from services.enrollment.organizations.contacts import WrittenContact
from services.enrollment.organizations.service import (
    COMPLETIONS,
    ORGANIZATIONS_WITH_TRAINED,
    CountedCompletion,
    ListedOrganization,
    existing_organization,
)
from services.enrollment.resources import Res
from services.enrollment.visibility import listed_organization_of, organizations_for, visible_organization

router = APIRouter(prefix="/api/organizations", tags=["organizations"])


class OrganizationReply(BaseModel):
    organization_id: UUID


class Contacts(BaseModel):
    """The newest counts; the others are its history."""

    contacts: list[WrittenContact]


class Organizations(Listing):
    organizations: list[ListedOrganization]


class Completions(Listing):
    completions: list[CountedCompletion]


@router.post("", status_code=201)
async def register_organization(body: RegisterOrganization, write: Write) -> OrganizationReply:
    """Registers an organization."""
    return await write.run(
        service.register_organization,
        body,
        locks=[body.organization_id],
        reply=lambda organization_id: OrganizationReply(organization_id=organization_id),
    )


@router.post("/{organization_id}/correct")
async def correct_organization(organization_id: UUID, body: CorrectOrganization, write: Write) -> OrganizationReply:
    """Corrects what describes the organization. Its kind in enrollments and figures follows where it was a mistake."""
    return await write.run(
        partial(changes.correct_organization, organization_id=organization_id),
        body,
        locks=[organization_id],
        reply=lambda corrected: OrganizationReply(organization_id=corrected),
    )


@router.get("/{organization_id}/changes")
async def list_organization_changes(organization_id: UUID, res: Res) -> Changes:
    """What was corrected of the organization, newest first: what it was, who corrected it and why."""
    await existing_organization(res.pool, organization_id)
    return Changes(changes=await corrections_of(res.pool, organization_id))


@router.get("/{organization_id}/completions")
async def list_organization_completions(
    organization_id: UUID, res: Res, read: Read, view: Annotated[View, Depends(view_of(COMPLETIONS))]
) -> Completions:
    """The completions by which the organization is trained. They name nobody."""
    await existing_organization(res.pool, organization_id)
    page = await service.completions_for(read, res.pool, organization_id, view)
    return Completions(completions=page.rows, next=page.next)


@router.get("/{organization_id}/contact")
async def show_contact(organization_id: UUID, res: Res, principal: SignedIn, response: Response) -> Contacts:
    """The contact of the organization, and what it was before; a delegate sees that of their own."""
    await visible_organization(res.pool, principal, organization_id)
    response.headers["ETag"] = await contacts.contact_tag(res.pool, organization_id)
    return Contacts(contacts=await contacts.contacts_of(res, organization_id))


@router.post("/{organization_id}/contact", status_code=204)
async def write_contact(organization_id: UUID, body: WriteContact, res: Res, write: Write) -> Response:
    """Writes whom to contact at the organization. What was written before is kept."""
    return await write.run(
        partial(contacts.write_contact, organization_id=organization_id, res=res),
        body,
        locks=[organization_id],
        reply=lambda _: Response(status_code=204),
        tag=partial(contacts.contact_tag, organization_id=organization_id),
    )


@router.post("/{organization_id}/contact/erase", status_code=204)
async def erase_contact(organization_id: UUID, write: Write) -> Response:
    """Erases the contact with all that was written before."""
    return await write.run(
        contacts.erase_contact,
        organization_id,
        locks=[organization_id],
        reply=lambda _: Response(status_code=204),
        tag=partial(contacts.contact_tag, organization_id=organization_id),
    )


@router.get("")
async def list_organizations(
    res: Res,
    principal: SignedIn,
    view: Annotated[View, Depends(view_of(ORGANIZATIONS_WITH_TRAINED, chosen_by=organizations_for))],
) -> Organizations:
    """The organizations, and for which somebody completed the training; a delegate sees their own, without that."""
    page = await service.list_organizations(res.pool, view, listed_organization_of(principal))
    return Organizations(organizations=page.rows, next=page.next)
