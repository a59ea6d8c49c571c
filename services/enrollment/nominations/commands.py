"""What can be asked about an organization's seats."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from chassis.store.identifiers import new_id
from chassis.web.inputs import Command
from chassis.web.texts import N_
from services.enrollment.enrollments.described_person import DescribedPerson
from services.enrollment.enrollments.domain import Application
from services.enrollment.nominations.domain import SubstitutionReason


def _agreed(agrees: bool) -> bool:
    if not agrees:
        raise ValueError(N_("Ask the member first: without it you cannot follow them."))
    return agrees


class SetNominatedSeats(Command):
    """Gives an organization seats of a cohort, which it fills with its members."""

    organization_id: UUID
    seats: int = Field(ge=0, le=10_000)


class Member(DescribedPerson):
    """A member of an organization, as their delegate describes them."""

    enrollment_id: UUID = Field(default_factory=new_id)
    shown_to_organization: Annotated[bool, AfterValidator(_agreed)] = Field(
        False,
        validate_default=True,
        description="The member agreed that the delegate reads their name, attendance and completion.",
    )

    def application(self, cohort_id: UUID, organization_id: UUID) -> Application:
        """Returns the application for a seat of the organization. Raises `RejectedError` for an unusable value."""
        return replace(
            self.described(self.enrollment_id, cohort_id),
            organization_id=organization_id,
            shown_to_organization=self.shown_to_organization,
            is_nominated=True,
        )


class NominateMember(Member):
    """Gives a seat of the organization in the cohort to a member."""

    cohort_id: UUID


class SubstituteMember(Member):
    """Gives the seat of one member to another."""

    reason: SubstitutionReason
