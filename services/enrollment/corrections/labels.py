"""Labels of what is corrected, and of all reasons."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.cohorts.labels import (
    ASSIGNMENT_REASONS,
    CLOSING_REASONS,
    COHORT_CORRECTION_REASONS,
    OPENING_REASONS,
)
from services.enrollment.enrollments.labels import ENROLLMENT_CORRECTION_REASONS
from services.enrollment.organizations.labels import ORGANIZATION_CORRECTION_REASONS
from services.enrollment.past_cohorts.labels import STATEMENT_CORRECTION_REASONS
from services.enrollment.programmes.labels import CONTENT_CORRECTION_REASONS
from services.enrollment.rights.labels import CONTACT_CHANGES, RECTIFICATION_REASONS
from services.enrollment.targets.labels import TARGET_CORRECTION_REASONS

REASONS: Labels = {
    **RECTIFICATION_REASONS,
    **CONTACT_CHANGES,
    **ENROLLMENT_CORRECTION_REASONS,
    **ORGANIZATION_CORRECTION_REASONS,
    **ASSIGNMENT_REASONS,
    **CLOSING_REASONS,
    **OPENING_REASONS,
    **CONTENT_CORRECTION_REASONS,
    **COHORT_CORRECTION_REASONS,
    **STATEMENT_CORRECTION_REASONS,
    **TARGET_CORRECTION_REASONS,
}
FIELDS: Labels = {
    "code": N_("Code"),
    "title": N_("Title"),
    "name": N_("Name"),
    "province": N_("Province"),
    "capacity": N_("Seats"),
    "starts_on": N_("First day"),
    "ends_on": N_("Last day"),
    "days_to_accept": N_("Days to accept a seat"),
    "mechanism": N_("Mechanism it teaches"),
    "hours": N_("Hours"),
    "edition": N_("Edition"),
    "languages": N_("Languages"),
    "required_sessions": N_("Required sessions"),
    "learning_outcomes": N_("What is learned"),
    "organization_type": N_("Kind of organization"),
    "district": N_("District"),
    "enrolled_on": N_("Day of enrollment"),
    "organization": N_("Organization"),
    "shown_to_organization": N_("The organization reads the name"),
    "document_type": N_("Document"),
    "document_number": N_("Number"),
    "given_names": N_("Given names"),
    "family_names": N_("Family names"),
    "birth_date": N_("Date of birth"),
    "phone": N_("Telephone"),
    "email": N_("E-mail"),
    "sex": N_("Sex"),
    "age_band": N_("Age on the day of registration"),
    "mother_tongue": N_("Mother tongue"),
    "ethnicity": N_("How the person sees themselves"),
    "facilitators": N_("Facilitators"),
    "takes_enrollments": N_("Takes enrollments"),
    "waiting_list": N_("Those who wait"),
    "list_name": N_("Name of the list or of its file"),
    "kept_at": N_("Where it is kept"),
    "vouched_by": N_("Vouched for by"),
    "vouched_on": N_("Vouched for on"),
    "indicator": N_("Indicator"),
    "programme": N_("Programme"),
    "first_month": N_("First month"),
    "last_month": N_("Last month"),
    "subgroup": N_("Group"),
    "value": N_("Target"),
    "baseline": N_("Baseline"),
    "baseline_source": N_("Source of the baseline"),
    "status": N_("State"),
    "material": N_("Material"),
}
