"""Labels of the reasons for a correction or an erasure."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.people.domain import ContactChange
from services.enrollment.rights.domain import AppliesTo, ErasureReason, RectificationReason

RECTIFICATION_REASONS: Labels = {
    RectificationReason.PERSON_ASKED: N_("The person asked for it"),
    RectificationReason.MISTAKE_FOUND: N_("The office found a mistake"),
    RectificationReason.DOCUMENT_CHANGED: N_("The person has another document now"),
}
CONTACT_CHANGES: Labels = {
    ContactChange.GIVEN: N_("The person applied again and gave the contact that was missing"),
    ContactChange.IMPORT_UNDONE: N_("The import that gave the contact was undone"),
}
APPLIES_TO: Labels = {
    AppliesTo.ALL_ENROLLMENTS: N_("It was entered wrong: the enrollments and figures until now follow"),
    AppliesTo.FROM_NOW_ON: N_("It has changed: the enrollments and figures until now stay"),
}
ERASURE_REASONS: Labels = {
    ErasureReason.PERSON_ASKED: N_("The person asked for it"),
    ErasureReason.NO_LONGER_NEEDED: N_("The data are no longer needed"),
    ErasureReason.STORED_BY_MISTAKE: N_("The data should never have been stored"),
}
