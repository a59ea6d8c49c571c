"""What can be asked about an organization's seats."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from chassis.store.identifiers import new_id
from chassis.web.inputs import Command
from chassis.web.texts import N_
from contracts.enrollment import Purpose
from contracts.event import Ethnicity, MotherTongue, Sex
from services.enrollment.consent.domain import Agreement
from services.enrollment.enrollments.commands import DocumentInput, Email, Phone, ShortText
from services.enrollment.enrollments.domain import Application
from services.enrollment.fields import District, as_list
from services.enrollment.identity.documents import read_document
from services.enrollment.identity.names import read_names
from services.enrollment.nominations.domain import SubstitutionReason
from services.enrollment.written_days import written_day


def _agreed(agrees: bool) -> bool:
    if not agrees:
        raise ValueError(N_("Ask the member first: without it you cannot follow them."))
    return agrees


class SetNominatedSeats(Command):
    """Gives an organization seats of a cohort, which it fills with its members."""

    organization_id: UUID
    seats: int = Field(ge=0, le=10_000)


class Member(Command):
    """A member of an organization, as their delegate describes them."""

    enrollment_id: UUID = Field(default_factory=new_id)
    document: DocumentInput
    given_names: ShortText
    family_names: ShortText
    birth_date: Annotated[date, BeforeValidator(written_day)]
    district: District
    phone: Phone | None = Field(None, description="Kept only with consent to be contacted.")
    email: Email | None = Field(None, description="Kept only with consent to be contacted.")
    sex: Sex = Sex.NOT_STATED
    mother_tongue: MotherTongue = MotherTongue.NOT_STATED
    ethnicity: Ethnicity = Ethnicity.NOT_STATED
    consents: Annotated[list[Purpose], BeforeValidator(as_list)] = Field([], max_length=len(Purpose))
    shown_to_organization: Annotated[bool, AfterValidator(_agreed)] = Field(
        False,
        validate_default=True,
        description="The member agreed that the delegate reads their name, attendance and completion.",
    )

    def application(self, cohort_id: UUID, organization_id: UUID) -> Application:
        """Returns the application for a seat of the organization. Raises `RejectedError` for an unusable value."""
        return Application(
            enrollment_id=self.enrollment_id,
            cohort_id=cohort_id,
            document=read_document(self.document.type, self.document.number, self.document.check),
            names=read_names(self.given_names, self.family_names),
            district=self.district,
            consents=tuple(map(Agreement, self.consents)),
            organization_id=organization_id,
            birth_date=self.birth_date,
            phone=self.phone,
            email=self.email,
            sex=self.sex,
            mother_tongue=self.mother_tongue,
            ethnicity=self.ethnicity,
            shown_to_organization=self.shown_to_organization,
            is_nominated=True,
        )


class NominateMember(Member):
    """Gives a seat of the organization in the cohort to a member."""

    cohort_id: UUID


class SubstituteMember(Member):
    """Gives the seat of one member to another."""

    reason: SubstitutionReason
