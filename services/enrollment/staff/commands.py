"""What can be asked about the directory, and about absences."""

from uuid import UUID

from pydantic import Field

from chassis.web.inputs import Command
from services.enrollment.cohorts.commands import FacilitatorId
from services.enrollment.fields import Period, Title
from services.enrollment.staff.domain import AbsenceReason, Role


class EnterStaff(Command):
    """Enters somebody into the directory who has not signed in yet."""

    user_id: FacilitatorId = Field(description="The subject under which the issuer signs them in.")
    name: Title
    role: Role


class HandOver(Period):
    """Gives somebody's cohorts to another from the first day to the last, both included."""

    substitute_id: UUID = Field(description="The `staff_id` of whoever stands in.")
    reason: AbsenceReason
