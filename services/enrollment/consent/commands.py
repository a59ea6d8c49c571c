"""What can be asked about consents."""

from uuid import UUID

from chassis.web.inputs import Command
from contracts.enrollment import Purpose


class WithdrawConsent(Command):
    """Withdraws a person's consent to one purpose, whatever version of its text they agreed to."""

    person_id: UUID
    purpose: Purpose
