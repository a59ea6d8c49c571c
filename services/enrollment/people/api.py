"""Names over JSON: of those who enrolled in a cohort or for an organization, and of those whom a search finds."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from chassis.web.pagination import Listing
from chassis.web.reads import Read
from chassis.web.views import View, view_of
from contracts.enrollment import EnrollmentStatus
from services.enrollment.people import service
from services.enrollment.people.cohort_pages import entries_of_cohort
from services.enrollment.people.commands import Search
from services.enrollment.people.member_pages import page_of_members
from services.enrollment.people.service import MEMBERS, Entry
from services.enrollment.resources import Res
from services.enrollment.visibility import visibility_of, visibility_of_members, visible_cohort, visible_organization

router = APIRouter(prefix="/api")


class EntryView(BaseModel):
    """Of the identity only the names. They are null once the person was erased.

    They and `person_id` are null for a facilitator or delegate whom the person does not allow to read them (any more).
    """

    enrollment_id: UUID
    person_id: UUID | None
    cohort_id: UUID
    given_names: str | None
    family_names: str | None
    status: EnrollmentStatus
    offered_until: datetime | None = Field(None, description="Until when a seat that is offered can be accepted.")
    nominated: bool = Field(False, description="Of a member, that they have a seat of the organization.")
    attended: int | None = Field(None, description="Of a member, the number of sessions.")
    has_completed: bool | None = Field(None, description="Of a member.")

    @classmethod
    def of(cls, entry: Entry) -> Self:
        names = entry.identity.names if entry.identity else None
        return cls(
            enrollment_id=entry.enrollment_id,
            person_id=None if entry.is_withheld else entry.person_id,
            cohort_id=entry.cohort_id,
            given_names=names.given if names else None,
            family_names=names.family if names else None,
            status=entry.status,
            offered_until=entry.offered_until,
            nominated=entry.nominated,
            attended=entry.attended,
            has_completed=entry.has_completed,
        )


class Enrollments(BaseModel):
    """All of them: names are put on a roster as a whole."""

    enrollments: list[EntryView]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        return cls(enrollments=[EntryView.of(entry) for entry in entries])


class Members(Listing):
    enrollments: list[EntryView]


@router.get("/cohorts/{cohort_id}/enrollments", tags=["cohorts"], response_model=Enrollments)
async def list_entries_of_cohort(cohort_id: UUID, res: Res, read: Read) -> Response:
    """The people who enrolled, by name: with this call a browser puts names on a roster."""
    await visible_cohort(res.pool, read.principal, cohort_id)
    entries = await entries_of_cohort(read, res, cohort_id, visibility_of(read.principal))
    return await _answer(entries)


@router.get("/organizations/{organization_id}/members", tags=["organizations"])
async def list_members(
    organization_id: UUID, res: Res, read: Read, view: Annotated[View, Depends(view_of(MEMBERS))]
) -> Members:
    """The people who enrolled for the organization."""
    await visible_organization(res.pool, read.principal, organization_id)
    page = await page_of_members(read, res, organization_id, view, visibility_of_members(read.principal))
    return Members(enrollments=[EntryView.of(entry) for entry in page.rows], next=page.next)


@router.post("/people/search", tags=["people"])
async def search_people(body: Search, res: Res, read: Read) -> Enrollments:
    """Enrollments of the people found; a facilitator finds those of their own cohorts."""
    return Enrollments.of(await service.find_entries(read, res, body.text, visibility_of(read.principal)))


async def _answer(entries: Sequence[Entry]) -> Response:
    """Thousands of rows are written in a thread, so that other requests are answered meanwhile."""
    content = await asyncio.to_thread(lambda: Enrollments.of(entries).model_dump_json())
    return Response(content, media_type="application/json")
