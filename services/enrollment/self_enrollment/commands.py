"""What somebody sends who enrolls themselves, or a person of their family."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator

from chassis.store.identifiers import new_id
from chassis.web.texts import N_
from contracts.event import OrganizationType
from services.enrollment.enrollments.described_person import DescribedPerson
from services.enrollment.enrollments.domain import Application


def _left_empty(text: str) -> str:
    if text:
        raise ValueError(N_("Leave this field empty: it tells programs from people."))
    return text


class EnrollYourself(DescribedPerson):
    """Asks for a seat in the cohort whose address somebody opened. `website` is a trap for programs."""

    organization_type: OrganizationType = OrganizationType.NOT_STATED
    website: Annotated[str, AfterValidator(_left_empty)] = ""

    def application(self, cohort_id: UUID) -> Application:
        """Returns the application. Raises `RejectedError` for a value that cannot be used."""
        return replace(self.described(new_id(), cohort_id), organization_type=self.organization_type)
