"""What can be asked about cohorts and their facilitators."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo

from chassis.store.identifiers import new_id
from chassis.web.inputs import Command, in_form
from chassis.web.texts import N_
from services.enrollment.cohorts.domain import DAYS_TO_ACCEPT, ClosingReason, CohortCorrectionReason, WaitingList
from services.enrollment.fields import Period, Province, Title

FacilitatorId = Annotated[
    str,
    StringConstraints(strip_whitespace=True),
    in_form(r"[A-Za-z0-9._@|-]{1,80}", N_("Write the user without spaces or accents, such as facilitator-0601.")),
]


Capacity = Annotated[int, Field(gt=0, le=10_000, description="Seats.")]


DaysToAccept = Annotated[
    int, Field(ge=0, le=30, description="Days in which a seat that is offered can be accepted; 0 gives it at once.")
]


class OpenCohort(Period):
    """Opens a cohort: a group that is trained together."""

    cohort_id: UUID = Field(default_factory=new_id)
    programme_id: UUID
    name: Title
    province: Province
    capacity: Capacity
    days_to_accept: DaysToAccept = DAYS_TO_ACCEPT


class CorrectCohort(Period):
    """All that describes the cohort, as it is right. Without `days_to_accept` that stays as it is."""

    name: Title
    province: Province
    capacity: Capacity
    days_to_accept: DaysToAccept | None = None
    reason: CohortCorrectionReason


class CloseCohort(Command):
    """Ends the enrollment into a cohort."""

    waiting_list: WaitingList = Field(WaitingList.KEEP, description="What becomes of those who wait for a seat.")
    to_cohort_id: UUID | None = Field(None, description="The cohort to which they go, with `move`.")
    reason: ClosingReason | None = Field(None, description="Why they get no seat, with `dissolve`.")


def _said_to_those_who_wait(reason: ClosingReason | None, info: ValidationInfo) -> ClosingReason | None:
    if reason is None and info.data.get("waiting_list") is WaitingList.DISSOLVE:
        raise ValueError(N_("Say why they get no seat."))
    return reason


class CloseCohortForm(CloseCohort):
    """The same as the page sends it, which takes nobody off the list without a reason."""

    reason: Annotated[ClosingReason | None, AfterValidator(_said_to_those_who_wait)] = Field(
        None, validate_default=True
    )


class AssignFacilitator(Command):
    """Gives a cohort to a facilitator."""

    facilitator_id: FacilitatorId = Field(description="The subject under which the issuer signs them in.")
