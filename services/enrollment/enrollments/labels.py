"""What a page reports after an application, after a withdrawal was undone, and after a transfer."""

from chassis.web.texts import N_
from contracts.enrollment import EnrollmentStatus
from contracts.labels import Labels
from services.enrollment.enrollments.corrected import EnrollmentCorrectionReason

OUTCOMES = {
    "accepted": N_("The person is enrolled and has a seat."),
    "waitlisted": N_("The cohort is full: the person is on the waiting list, and moves up when a seat frees."),
    "already_enrolled": N_("The person was enrolled in this cohort already. Nothing changed."),
    "review": N_(
        "This document is known with another name, birth date or sex. Nothing that was typed is lost: it waits under"
        " «To be reviewed», where the coordination compares it with the card and decides."
    ),
}

CONTACT_DIFFERS = N_(
    "Another telephone or e-mail address is stored of this person, and it stays. If the new one is right, ask the"
    " coordination to correct it."
)
CONTACT_DIFFERS_HERE = N_(
    "Another telephone or e-mail address is stored of this person, and it stays. If the new one is right, correct it"
    " here."
)
"""The same on the person's page, to whoever may correct it."""

ENROLLMENT_CORRECTION_REASONS: Labels = {
    EnrollmentCorrectionReason.MISTAKE_FOUND: N_("The office found a mistake"),
    EnrollmentCorrectionReason.PERSON_ASKED: N_("The person asked for it"),
}

DISCARDED = N_("The application is discarded. Nobody was enrolled by it.")

REINSTATEMENTS = {
    EnrollmentStatus.ACCEPTED: N_("The withdrawal is undone: the person has the seat again."),
    EnrollmentStatus.WAITLISTED: N_("The withdrawal is undone: the person waits for a seat, in the former place."),
}

TRANSFERS = {
    EnrollmentStatus.ACCEPTED: N_("The person has a seat in the other cohort now."),
    EnrollmentStatus.WAITLISTED: N_("The other cohort is full: the person is on its waiting list now."),
}
