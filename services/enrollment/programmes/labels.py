"""Labels of the reasons for a correction."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.programmes.domain import ContentCorrectionReason

CONTENT_CORRECTION_REASONS: Labels = {
    ContentCorrectionReason.MISTAKE_FOUND: N_("The office found a mistake"),
    ContentCorrectionReason.CONTENT_REVISED: N_("The content was revised"),
    ContentCorrectionReason.CALENDAR_CHANGED: N_("The calendar changed"),
}
