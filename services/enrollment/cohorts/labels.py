"""Labels of what becomes of a waiting list, and of the reasons for a correction."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.cohorts.domain import AssignmentReason, CohortCorrectionReason, WaitingList

WAITING_LISTS: Labels = {
    WaitingList.KEEP: N_("They keep their places: a seat that becomes free is given to the next"),
    WaitingList.DISSOLVE: N_("They are taken off the list"),
}
ASSIGNMENT_REASONS: Labels = {
    AssignmentReason.ASSIGNED: N_("The cohort was assigned"),
    AssignmentReason.TAKEN_OFF: N_("The cohort was taken away"),
}
COHORT_CORRECTION_REASONS: Labels = {
    CohortCorrectionReason.MISTAKE_FOUND: N_("The office found a mistake"),
    CohortCorrectionReason.SEATS_CHANGED: N_("There is room for more people, or for fewer"),
    CohortCorrectionReason.CALENDAR_CHANGED: N_("The calendar changed"),
}
