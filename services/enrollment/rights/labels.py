"""Labels of the reasons for a correction or an erasure."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.rights.domain import ErasureReason, RectificationReason

RECTIFICATION_REASONS: Labels = {
    RectificationReason.PERSON_ASKED: N_("The person asked for it"),
    RectificationReason.MISTAKE_FOUND: N_("The office found a mistake"),
    RectificationReason.DOCUMENT_CHANGED: N_("The person has another document now"),
}
ERASURE_REASONS: Labels = {
    ErasureReason.PERSON_ASKED: N_("The person asked for it"),
    ErasureReason.NO_LONGER_NEEDED: N_("The data are no longer needed"),
    ErasureReason.STORED_BY_MISTAKE: N_("The data should never have been stored"),
}
