"""Labels of what becomes of a waiting list, and of the reasons for a correction."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.cohorts.domain import (
    AssignmentReason,
    ClosingReason,
    CohortCorrectionReason,
    OpeningReason,
    WaitingList,
)

WAITING_LISTS: Labels = {
    WaitingList.KEEP: N_("They keep their places: a seat that becomes free is given to the next"),
    WaitingList.MOVE: N_("They go to another cohort, in their order"),
    WaitingList.DISSOLVE: N_("They are taken off the list, for a reason"),
}
CLOSING_REASONS: Labels = {
    ClosingReason.COHORT_BEGINS: N_("The training begins"),
    ClosingReason.NO_FURTHER_SEATS: N_("There will be no further seats"),
    ClosingReason.COHORT_CANCELLED: N_("The cohort does not take place"),
}
OPENING_REASONS: Labels = {
    OpeningReason.CLOSED: N_("The cohort was closed"),
    OpeningReason.OPENED_AGAIN: N_("The cohort was opened again"),
}
ASSIGNMENT_REASONS: Labels = {
    AssignmentReason.ASSIGNED: N_("The cohort was assigned"),
    AssignmentReason.TAKEN_OFF: N_("The cohort was taken away"),
    AssignmentReason.HANDED_OVER: N_("Somebody is absent"),
    AssignmentReason.GIVEN_BACK: N_("Somebody is back"),
}
COHORT_CORRECTION_REASONS: Labels = {
    CohortCorrectionReason.MISTAKE_FOUND: N_("The office found a mistake"),
    CohortCorrectionReason.SEATS_CHANGED: N_("There is room for more people, or for fewer"),
    CohortCorrectionReason.CALENDAR_CHANGED: N_("The calendar changed"),
}
