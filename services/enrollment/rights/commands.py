"""What a person can ask for their data, through the coordination."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from chassis.web.inputs import Command
from chassis.web.texts import N_
from contracts.enrollment import Purpose
from contracts.event import Ethnicity, MotherTongue, Sex
from services.enrollment.enrollments.commands import DocumentInput, Email, Phone, ShortText
from services.enrollment.fields import District
from services.enrollment.identity.documents import read_document
from services.enrollment.identity.names import read_names
from services.enrollment.people.domain import Identity
from services.enrollment.rights.domain import AppliesTo, ErasureReason, RectificationReason


def _confirmed(value: bool) -> bool:
    if not value:
        raise ValueError(N_("Tick the box: without it nothing is erased."))
    return value


class RectifyPerson(Command):
    """All that identifies the person, as it is right. What is left out is removed; of the profile, only `sex` is."""

    document: DocumentInput
    given_names: ShortText
    family_names: ShortText
    birth_date: date | None = None
    sex: Sex = Sex.NOT_STATED
    district: District | None = Field(None, description="INEI code. What is stored stays where none is sent.")
    phone: Phone | None = Field(None, description="Kept only with consent to be contacted.")
    email: Email | None = Field(None, description="Kept only with consent to be contacted.")
    mother_tongue: MotherTongue | None = Field(None, description="As it is where it is left out.")
    ethnicity: Ethnicity | None = Field(None, description="As it is where it is left out.")
    applies_to: AppliesTo = Field(
        AppliesTo.FROM_NOW_ON, description="Whether the profile was wrong in the enrollments until now too."
    )
    reason: RectificationReason

    def profile(self) -> dict[str, object]:
        """Returns what was stated of the profile's fields."""
        kept = {"district": self.district, "mother_tongue": self.mother_tongue, "ethnicity": self.ethnicity}
        return {"sex": self.sex} | {field: value for field, value in kept.items() if value is not None}

    def identity(self) -> Identity:
        """Returns the identity. Raises `RejectedError` for a value that cannot be used."""
        return Identity(
            document=read_document(self.document.type, self.document.number, self.document.check),
            names=read_names(self.given_names, self.family_names),
            birth_date=self.birth_date,
            phone=self.phone,
            email=self.email,
        )


class RecordConsent(Command):
    """Records what somebody who is known agreed to besides taking part, such as on paper."""

    purpose: Literal[Purpose.CONTACT, Purpose.IMAGE]
    given_on: date


class ErasePerson(Command):
    """Asks to erase what identifies a person, which nobody can undo."""

    reason: ErasureReason
    confirmed: Annotated[bool, AfterValidator(_confirmed), Field(validate_default=True)] = False
