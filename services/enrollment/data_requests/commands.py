"""What somebody sends who asks for their data, and what the coordination decides."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from chassis.web.inputs import Command
from chassis.web.texts import N_
from contracts.event import Sex
from services.enrollment.data_requests.domain import DecisionReason, Details
from services.enrollment.enrollments.commands import Email, Phone, ShortText
from services.enrollment.fields import District
from services.enrollment.identity.names import read_names
from services.enrollment.written_days import written_day


def _confirmed(value: bool) -> bool:
    if not value:
        raise ValueError(N_("Tick the box: without it nothing is asked for."))
    return value


def _of_somebody(reason: DecisionReason) -> DecisionReason:
    if reason is DecisionReason.ERASED:
        raise ValueError(N_("This is the reason of Minka itself. Choose why you decide so."))
    return reason


class AskCorrection(Command):
    """All details as they are right. What is stored is shown in the form, and what differs is asked for."""

    given_names: ShortText
    family_names: ShortText
    birth_date: Annotated[date, BeforeValidator(written_day)]
    sex: Sex = Sex.NOT_STATED
    district: District
    phone: Phone | None = Field(None, description="Kept only with consent to be contacted.")
    email: Email | None = Field(None, description="Kept only with consent to be contacted.")

    def details(self) -> Details:
        """Returns the details. Raises `RejectedError` for a name that cannot be one."""
        names = read_names(self.given_names, self.family_names)
        return Details(names.given, names.family, self.birth_date, self.sex, self.district, self.phone, self.email)


class AskErasure(Command):
    """Asks the office to erase what identifies the person."""

    confirmed: Annotated[bool, AfterValidator(_confirmed), Field(validate_default=True)] = False


class DecideRequest(Command):
    """Grants or refuses a request, as the reason says."""

    reason: Annotated[DecisionReason, AfterValidator(_of_somebody)]
