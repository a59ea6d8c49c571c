"""What somebody sends who enrolls themselves, or a person of their family."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from chassis.store.identifiers import new_id
from chassis.web.texts import N_
from contracts.enrollment import Purpose
from contracts.event import OrganizationType
from services.enrollment.enrollments.described_person import DescribedPerson
from services.enrollment.enrollments.domain import Application
from services.enrollment.fields import as_list


def _left_empty(text: str) -> str:
    if text:
        raise ValueError(N_("Leave this field empty: it tells programs from people."))
    return text


def _with_training(purposes: list[Purpose]) -> list[Purpose]:
    if Purpose.TRAINING not in purposes:
        raise ValueError(
            N_("Without your consent to the training we may not keep your data. Tick the first box if you agree.")
        )
    return purposes


class EnrollYourself(DescribedPerson):
    """Asks for a seat in the cohort whose address somebody opened. `website` is a trap for programs."""

    consents: Annotated[list[Purpose], BeforeValidator(as_list), AfterValidator(_with_training)] = Field(
        [], max_length=len(Purpose), validate_default=True
    )
    organization_type: OrganizationType = OrganizationType.NOT_STATED
    website: Annotated[str, AfterValidator(_left_empty)] = ""

    def application(self, cohort_id: UUID) -> Application:
        """Returns the application. Raises `RejectedError` for a value that cannot be used."""
        return replace(self.described(new_id(), cohort_id), organization_type=self.organization_type)
