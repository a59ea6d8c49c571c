"""Labels of what is answered."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.self_enrollment.domain import Answer

ANSWERS: Labels = {
    Answer.SEAT: N_("There is a seat for this person."),
    Answer.WAITING: N_(
        "The cohort is full: this person waits. A seat that becomes free is theirs; if they agreed to be contacted, "
        "a message asks them first whether they take it. Whoever had a seat already keeps it."
    ),
}
