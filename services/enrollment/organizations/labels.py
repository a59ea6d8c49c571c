"""Labels of the reasons for a correction."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.organizations.domain import OrganizationCorrectionReason

ORGANIZATION_CORRECTION_REASONS: Labels = {
    OrganizationCorrectionReason.MISTAKE_FOUND: N_("It was a mistake: the enrollments and figures until now follow"),
    OrganizationCorrectionReason.CHANGED_SINCE: N_("It has changed: the enrollments and figures until now stay"),
}
