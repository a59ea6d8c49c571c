"""Labels of consents as somebody gives them for themselves, and of what is answered."""

from chassis.web.texts import N_
from contracts.enrollment import Purpose
from contracts.labels import Labels
from services.enrollment.self_enrollment.domain import Answer

OWN_CONSENTS: Labels = {
    Purpose.TRAINING: N_("I agree to take part, and that the Regional Government uses these data for the training."),
    Purpose.CONTACT: N_("I agree to be called or written to about the training."),
    Purpose.IMAGE: N_("I agree to appear in photographs and videos of the training."),
    Purpose.GUARDIAN: N_("For somebody under 14: I am the mother, the father or the guardian, and I agree."),
}
ANSWERS: Labels = {
    Answer.SEAT: N_("There is a seat for this person."),
    Answer.WAITING: N_(
        "The cohort is full: this person waits for a seat, and moves up when somebody gives one back. Whoever had a "
        "seat already keeps it."
    ),
}
