"""What states and kinds are called on pages; templates translate."""

from collections.abc import Mapping
from enum import StrEnum

from fastapi import Request
from fastapi.responses import HTMLResponse

from chassis.web.pages import render
from chassis.web.texts import N_
from contracts.sessions import AttendanceState, SessionKind, SessionStatus
from contracts.territory import districts
from services.sessions.attendance import Reason

Labels = Mapping[StrEnum, str]

KINDS: Labels = {
    SessionKind.TRAINING: N_("Training"),
    SessionKind.COUNCIL: N_("Regional Coordination Council"),
    SessionKind.BUDGET_WORKSHOP: N_("Participatory Budget workshop"),
    SessionKind.HEARING: N_("Public hearing"),
}
STATES: Labels = {
    AttendanceState.PRESENT: N_("Present"),
    AttendanceState.LATE: N_("Late"),
    AttendanceState.LEFT_EARLY: N_("Left early"),
    AttendanceState.EXCUSED: N_("Excused"),
    AttendanceState.ABSENT: N_("Absent"),
}
STATUSES: Labels = {
    SessionStatus.SCHEDULED: N_("Planned"),
    SessionStatus.CANCELLED: N_("Cancelled"),
    SessionStatus.HELD: N_("Held"),
}
REASONS: Labels = {
    Reason.SESSION_CANCELLED: N_("The session was cancelled."),
    Reason.ENROLLMENT_WITHDRAWN: N_("The enrollment was withdrawn."),
    Reason.OTHER_COHORT: N_("The person is enrolled in another cohort."),
    Reason.OTHER_ANSWER: N_("An earlier scan says otherwise."),
}


def page(request: Request, template: str, status: int = 200, **context: object) -> HTMLResponse:
    """A page of this service, with the words for its states."""
    words = {"kinds": KINDS, "states": STATES, "statuses": STATUSES, "reasons": REASONS, "districts": districts()}
    return render(request, template, status, **words, **context)
