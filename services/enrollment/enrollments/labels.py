"""How an enrollment's status is shown, and what a form reports after its work."""

from chassis.web.texts import N_
from contracts.enrollment import EnrollmentStatus
from contracts.labels import ENROLLMENT_STATUSES

_TONES = {EnrollmentStatus.ACCEPTED: "good", EnrollmentStatus.WAITLISTED: "waiting"}

STATUSES = {
    status: (label, _TONES.get(EnrollmentStatus(status), "neutral")) for status, label in ENROLLMENT_STATUSES.items()
}
"""The label and the badge's tone for each status."""

OUTCOMES = {
    "accepted": N_("The person is enrolled and has a seat."),
    "waitlisted": N_("The cohort is full: the person is on the waiting list, and moves up when a seat frees."),
    "already_enrolled": N_("The person was enrolled in this cohort already. Nothing changed."),
}
