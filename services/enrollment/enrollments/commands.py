"""What can be asked about enrollments."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.store.identifiers import new_id
from chassis.web.inputs import Command
from chassis.web.texts import N_
from contracts.enrollment import Purpose
from contracts.event import Ethnicity, MotherTongue, OrganizationType, Sex
from contracts.territory import Scheme, district_by_code
from services.enrollment.consent.domain import Agreement
from services.enrollment.enrollments.corrected import EnrollmentCorrectionReason
from services.enrollment.enrollments.domain import Application
from services.enrollment.identity.contact import read_email, read_phone
from services.enrollment.identity.documents import DocumentType, read_document
from services.enrollment.identity.names import read_names


def _telephone(text: str) -> str:
    try:
        return read_phone(text)
    except RejectedError as error:
        raise ValueError(error.rejection.remedy) from None


def _address(text: str) -> str:
    try:
        return read_email(text)
    except RejectedError as error:
        raise ValueError(error.rejection.remedy) from None


ShortText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]
Phone = Annotated[ShortText, AfterValidator(_telephone)]
Email = Annotated[ShortText, AfterValidator(_address)]


class DocumentInput(Command):
    """`check`: the character behind the hyphen of a DNI, if at hand."""

    type: DocumentType = DocumentType.DNI
    number: Annotated[str, StringConstraints(max_length=20)]
    check: Annotated[str, StringConstraints(max_length=1)] | None = None


class DistrictInput(Command):
    """A district's code and the scheme it follows: the two schemes use one code for different districts."""

    scheme: Scheme
    code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=10)]

    def inei(self) -> str:
        """Returns INEI's code of the district. Raises `RejectedError` if it is none of Cajamarca."""
        district = district_by_code(self.scheme, self.code)
        if district is None:
            raise RejectedError(_DISTRICT_UNKNOWN)
        return district.inei


class ConsentInput(Command):
    """What the person agreed to. Unless stated, `given_on` is the day of enrollment, and `text_version` the version of
    the text that was in force on the day."""

    purpose: Purpose
    text_version: Annotated[str, StringConstraints(pattern=r"^[0-9][0-9.-]{0,39}$")] | None = None
    given_on: date | None = None


class EnrollPerson(Command):
    """Asks for a person's seat in a cohort. `enrolled_on` is today unless it is stated."""

    enrollment_id: UUID = Field(default_factory=new_id)
    cohort_id: UUID
    organization_id: UUID | None = None
    shown_to_organization: bool = Field(
        False, description="The person agreed that the organization's delegate reads their name."
    )
    document: DocumentInput
    given_names: ShortText
    family_names: ShortText
    birth_date: date | None = None
    sex: Sex = Sex.NOT_STATED
    mother_tongue: MotherTongue = MotherTongue.NOT_STATED
    ethnicity: Ethnicity = Ethnicity.NOT_STATED
    organization_type: OrganizationType = OrganizationType.NOT_STATED
    district: DistrictInput
    phone: Phone | None = Field(None, description="Kept only with consent to be contacted.")
    email: Email | None = Field(None, description="Kept only with consent to be contacted.")
    enrolled_on: date | None = None
    consents: list[ConsentInput] = Field([], max_length=10)

    def application(self) -> Application:
        """Returns the application. Raises `RejectedError` for a value that cannot be used."""
        return Application(
            enrollment_id=self.enrollment_id,
            cohort_id=self.cohort_id,
            document=read_document(self.document.type, self.document.number, self.document.check),
            names=read_names(self.given_names, self.family_names),
            district=self.district.inei(),
            consents=tuple(Agreement(one.purpose, one.text_version, one.given_on) for one in self.consents),
            organization_id=self.organization_id,
            birth_date=self.birth_date,
            phone=self.phone,
            email=self.email,
            sex=self.sex,
            mother_tongue=self.mother_tongue,
            ethnicity=self.ethnicity,
            organization_type=self.organization_type,
            enrolled_on=self.enrolled_on,
            shown_to_organization=self.shown_to_organization,
        )


class CorrectEnrollment(Command):
    """What an enrollment says, as it is right. What is left out is removed, except the day."""

    enrolled_on: date | None = Field(None, description="The day on which the seat was given.")
    organization_id: UUID | None = None
    shown_to_organization: bool = Field(
        False, description="The person agreed that the organization's delegate reads their name."
    )
    reason: EnrollmentCorrectionReason


class TransferEnrollment(Command):
    """Asks for a seat of another cohort instead."""

    cohort_id: UUID = Field(description="The cohort to which the person goes.")


def _consents_of_boxes(ticked: object) -> object:
    return [{"purpose": purpose} for purpose in ticked] if isinstance(ticked, list) else [{"purpose": ticked}]


class EnrollPersonForm(EnrollPerson):
    """The same as a page's form sends it: the consents are boxes that were ticked."""

    consents: Annotated[list[ConsentInput], BeforeValidator(_consents_of_boxes)] = Field([], max_length=10)


_DISTRICT_UNKNOWN = Rejection(
    "district_unknown",
    N_("This code belongs to no district of Cajamarca."),
    field="district.code",
    remedy=N_("Check the code, and whether it is INEI's or RENIEC's."),
)
