"""Labels of the reasons for a substitution."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.nominations.domain import SubstitutionReason

SUBSTITUTION_REASONS: Labels = {
    SubstitutionReason.CANNOT_COME: N_("The member cannot come"),
    SubstitutionReason.LEFT_ORGANIZATION: N_("The member left the organization"),
    SubstitutionReason.NAMED_BY_MISTAKE: N_("The member was nominated by mistake"),
}
