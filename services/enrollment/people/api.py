"""Names over JSON: of those who enrolled in a cohort or for an organization, and of those whom a search finds."""

from collections.abc import Iterable
from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from contracts.enrollment import EnrollmentStatus
from services.enrollment.people import service
from services.enrollment.people.commands import Search
from services.enrollment.people.service import Entry
from services.enrollment.resources import Res
from services.enrollment.visibility import (
    OrganizationReader,
    Staff,
    facilitator_of,
    visible_cohort,
    visible_organization,
)

router = APIRouter(prefix="/api")


class EntryView(BaseModel):
    """Of the identity only the names. They are null once the person was erased."""

    enrollment_id: UUID
    person_id: UUID
    cohort_id: UUID
    given_names: str | None
    family_names: str | None
    status: EnrollmentStatus

    @classmethod
    def of(cls, entry: Entry) -> Self:
        names = entry.identity.names if entry.identity else None
        return cls(
            enrollment_id=entry.enrollment_id,
            person_id=entry.person_id,
            cohort_id=entry.cohort_id,
            given_names=names.given if names else None,
            family_names=names.family if names else None,
            status=entry.status,
        )


class Enrollments(BaseModel):
    """All of them: names are put on a roster as a whole."""

    enrollments: list[EntryView]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Self:
        return cls(enrollments=[EntryView.of(entry) for entry in entries])


@router.get("/cohorts/{cohort_id}/enrollments", tags=["cohorts"])
async def list_entries_of_cohort(cohort_id: UUID, res: Res, principal: Staff) -> Enrollments:
    """The people who enrolled, by name: with this call a browser puts names on a roster."""
    await visible_cohort(res.pool, principal, cohort_id)
    return Enrollments.of(await service.entries_of_cohort(res, cohort_id))


@router.get("/organizations/{organization_id}/members", tags=["organizations"])
async def list_members(organization_id: UUID, res: Res, principal: OrganizationReader) -> Enrollments:
    """The people who enrolled for the organization."""
    await visible_organization(res.pool, principal, organization_id)
    return Enrollments.of(await service.entries_of_organization(res, organization_id))


@router.post("/people/search", tags=["people"])
async def search(body: Search, res: Res, principal: Staff) -> Enrollments:
    """Enrollments of the people found; a facilitator finds those of their own cohorts."""
    return Enrollments.of(await service.find_entries(res, body.text, facilitator_of(principal)))
