"""Labels of the reasons for a correction, and of what is corrected."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.programmes.domain import ContentCorrectionReason

CONTENT_CORRECTION_REASONS: Labels = {
    ContentCorrectionReason.MISTAKE_FOUND: N_("The office found a mistake"),
    ContentCorrectionReason.CONTENT_REVISED: N_("The content was revised"),
    ContentCorrectionReason.CALENDAR_CHANGED: N_("The calendar changed"),
}
CONTENT_FIELDS: Labels = {
    "code": N_("Code"),
    "title": N_("Title"),
    "starts_on": N_("First day"),
    "ends_on": N_("Last day"),
    "mechanism": N_("Mechanism it teaches"),
    "hours": N_("Hours"),
    "edition": N_("Edition"),
    "languages": N_("Languages"),
    "required_sessions": N_("Required sessions"),
    "learning_outcomes": N_("What is learned"),
}
