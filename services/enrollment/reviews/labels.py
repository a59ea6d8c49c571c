"""Labels of reviews, of what was decided, and of the reasons."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.enrollments.domain import ReviewDecision
from services.enrollment.reviews.domain import ReviewKind, ReviewReason

KINDS: Labels = {
    ReviewKind.APPLICATION: N_("A form contradicts the person of its document"),
    ReviewKind.ROW: N_("A row contradicts the person of its document"),
    ReviewKind.SAME_DOCUMENT: N_("Two people have one document"),
    ReviewKind.SIMILAR: N_("Two people look alike"),
}
DECISIONS: Labels = {
    ReviewDecision.SAME_PERSON: N_("The same person"),
    ReviewDecision.OTHER_PERSON: N_("Two people"),
}
REASONS: Labels = {
    ReviewReason.CARDS_COMPARED: N_("I compared the identity cards"),
    ReviewReason.PERSON_ASKED: N_("I asked the person"),
    ReviewReason.ORGANIZATION_ASKED: N_("The organization or the facilitator knows them"),
    ReviewReason.DECIDED_BY_MISTAKE: N_("It was decided by mistake before"),
    ReviewReason.DATA_AGREE: N_("Names, birth date and sex agree"),
}
CHOSEN_REASONS: Labels = {reason: label for reason, label in REASONS.items() if reason != ReviewReason.DATA_AGREE}
"""Those of people."""
