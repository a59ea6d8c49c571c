"""Labels of roles, and of absences with their reasons."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.staff.domain import AbsenceReason, AbsenceState, Role

ROLES: Labels = {
    Role.COORDINATOR: N_("Coordinates"),
    Role.FACILITATOR: N_("Facilitates"),
    Role.COMMUNICATIONS: N_("Communications"),
    Role.AUDITOR: N_("Audits"),
    Role.OPERATOR: N_("Operates the system"),
    Role.DELEGATE: N_("Delegate of an organization"),
}
ABSENCE_REASONS: Labels = {
    AbsenceReason.HOLIDAY: N_("Holidays"),
    AbsenceReason.LEAVE: N_("Leave"),
    AbsenceReason.OTHER_DUTY: N_("Another duty"),
}
ABSENCE_STATES: Labels = {
    AbsenceState.PLANNED: N_("Planned"),
    AbsenceState.CURRENT: N_("Now"),
    AbsenceState.OVER: N_("Over"),
    AbsenceState.ENDED: N_("Ended early"),
}
