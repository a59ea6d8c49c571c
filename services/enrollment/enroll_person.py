"""The request to enroll one person, as programs and forms send it, and the answer they get."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from chassis.store.database import Connection
from chassis.store.identifiers import new_id
from chassis.web.inputs import Command
from chassis.web.problems import Problem
from chassis.web.texts import N_, _
from contracts.enrollment import EnrollmentStatus, Purpose
from contracts.event import Ethnicity, MotherTongue, OrganizationType, Sex
from contracts.territory import Scheme, district_by_code
from services.enrollment.applications import Accepted, AlreadyEnrolled, Application, Review, Waitlisted
from services.enrollment.consent import CURRENT_TEXT, Agreement
from services.enrollment.documents import DocumentType, read_document
from services.enrollment.enrolling import enroll
from services.enrollment.names import read_names
from services.enrollment.refusals import Refused, Unacceptable
from services.enrollment.resources import EnrollmentResources

Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120)]


class DocumentSent(Command):
    """`check`: the character behind the hyphen of a DNI, if at hand."""

    type: DocumentType = DocumentType.DNI
    number: Annotated[str, StringConstraints(max_length=20)]
    check: Annotated[str, StringConstraints(max_length=1)] | None = None


class DistrictSent(Command):
    """A district's code, with who numbers it so: the two schemes give one code to different districts."""

    scheme: Scheme
    code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=10)]


class ConsentSent(Command):
    """What the person agreed to; `given_on` is the day of enrollment unless said otherwise."""

    purpose: Purpose
    text_version: Annotated[str, StringConstraints(pattern=r"^[\w.-]{1,40}$")] = CURRENT_TEXT
    given_on: date | None = None


class EnrollPerson(Command):
    """Somebody asks for a seat in a cohort. `enrolled_on` is today unless a sheet says otherwise."""

    enrollment_id: UUID = Field(default_factory=new_id)
    cohort_id: UUID
    organization_id: UUID | None = None
    document: DocumentSent
    given_names: Short
    family_names: Short
    birth_date: date | None = None
    sex: Sex = Sex.NOT_STATED
    mother_tongue: MotherTongue = MotherTongue.NOT_STATED
    ethnicity: Ethnicity = Ethnicity.NOT_STATED
    organization_type: OrganizationType = OrganizationType.NOT_STATED
    district: DistrictSent
    phone: Short | None = Field(None, description="Kept only with consent to be contacted.")
    email: Short | None = Field(None, description="Kept only with consent to be contacted.")
    enrolled_on: date | None = None
    consents: list[ConsentSent] = Field([], max_length=10)

    def application(self) -> Application:
        """The application it makes. Raises `Unacceptable`."""
        district = district_by_code(self.district.scheme, self.district.code)
        if district is None:
            raise Unacceptable(_DISTRICT_UNKNOWN)
        return Application(
            enrollment_id=self.enrollment_id,
            cohort_id=self.cohort_id,
            document=read_document(self.document.type, self.document.number, self.document.check),
            names=read_names(self.given_names, self.family_names),
            district=district.inei,
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
        )


class Enrolled(BaseModel):
    """What became of the request; `status` is how the enrollment stands."""

    enrollment_id: UUID
    person_id: UUID
    status: EnrollmentStatus
    outcome: Literal["accepted", "waitlisted", "already_enrolled"]


async def enroll_person(
    connection: Connection, resources: EnrollmentResources, request: EnrollPerson, now: datetime
) -> Enrolled:
    """Enrolls in the caller's transaction. Raises a 422 for a refusal, a 409 where somebody has to look first."""
    try:
        outcome = await enroll(connection, resources, request.application(), now)
    except Unacceptable as error:
        raise _problem(error.refusal) from None
    match outcome:
        case Accepted(enrollment_id, person_id):
            return _enrolled(enrollment_id, person_id, EnrollmentStatus.ACCEPTED, "accepted")
        case Waitlisted(enrollment_id, person_id):
            return _enrolled(enrollment_id, person_id, EnrollmentStatus.WAITLISTED, "waitlisted")
        case AlreadyEnrolled(enrollment_id, person_id, status):
            return _enrolled(enrollment_id, person_id, status, "already_enrolled")
        case Review():
            raise _needs_review()
        case Refused():
            raise _problem(outcome)


def _enrolled(
    enrollment_id: UUID,
    person_id: UUID,
    status: EnrollmentStatus,
    outcome: Literal["accepted", "waitlisted", "already_enrolled"],
) -> Enrolled:
    return Enrolled(enrollment_id=enrollment_id, person_id=person_id, status=status, outcome=outcome)


def _problem(refused: Refused) -> Problem:
    return Problem(422, refused.code, _(refused.detail), field=refused.field, remedy=_(refused.remedy))


def _needs_review() -> Problem:
    return Problem(
        409,
        "name_differs",
        _("This document is known with another name."),
        field="document.number",
        remedy=_("Compare the number and the names with the card. If all is right, tell the coordination."),
    )


_DISTRICT_UNKNOWN = Refused(
    "district.code",
    "district_unknown",
    N_("This code belongs to no district of Cajamarca."),
    N_("Check the code, and whether it is INEI's or RENIEC's."),
)
