"""Labels of the reasons for a correction."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.past_cohorts.domain import StatementCorrectionReason

STATEMENT_CORRECTION_REASONS: Labels = {
    StatementCorrectionReason.MISTAKE_FOUND: N_("There was a mistake in what it says"),
    StatementCorrectionReason.VOUCHED_ANEW: N_("The list is kept elsewhere, or somebody else vouches for it"),
}
