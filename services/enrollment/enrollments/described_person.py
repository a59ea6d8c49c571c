"""A person as somebody describes them who cannot read what is stored: themselves, their family or a delegate."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from chassis.web.inputs import Command
from contracts.enrollment import Purpose
from contracts.event import Ethnicity, MotherTongue, Sex
from services.enrollment.consent.domain import Agreement
from services.enrollment.enrollments.commands import DocumentInput, Email, Phone, ShortText
from services.enrollment.enrollments.domain import Application
from services.enrollment.fields import District, as_list
from services.enrollment.identity.documents import read_document
from services.enrollment.identity.names import read_names
from services.enrollment.written_days import written_day


class DescribedPerson(Command):
    """What is asked of everybody: a date of birth as people write it, and the consents that were ticked."""

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

    def described(self, enrollment_id: UUID, cohort_id: UUID) -> Application:
        """Returns the application of this person. Raises `RejectedError` for a value that cannot be used."""
        return Application(
            enrollment_id=enrollment_id,
            cohort_id=cohort_id,
            document=read_document(self.document.type, self.document.number, self.document.check),
            names=read_names(self.given_names, self.family_names),
            district=self.district,
            consents=tuple(map(Agreement, self.consents)),
            birth_date=self.birth_date,
            phone=self.phone,
            email=self.email,
            sex=self.sex,
            mother_tongue=self.mother_tongue,
            ethnicity=self.ethnicity,
        )
