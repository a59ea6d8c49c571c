"""Labels of what is corrected, and of all reasons."""

from chassis.web.texts import N_
from contracts.labels import Labels
from services.enrollment.cohorts.labels import COHORT_CORRECTION_REASONS
from services.enrollment.programmes.labels import CONTENT_CORRECTION_REASONS

REASONS: Labels = {**CONTENT_CORRECTION_REASONS, **COHORT_CORRECTION_REASONS}
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
}
