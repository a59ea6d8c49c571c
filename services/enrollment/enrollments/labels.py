"""What a form reports after an application."""

from chassis.web.texts import N_

OUTCOMES = {
    "accepted": N_("The person is enrolled and has a seat."),
    "waitlisted": N_("The cohort is full: the person is on the waiting list, and moves up when a seat frees."),
    "already_enrolled": N_("The person was enrolled in this cohort already. Nothing changed."),
}
