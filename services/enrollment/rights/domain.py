"""Why data are corrected or erased, and what a correction changes. Pure."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from chassis.runtime.rejections import Kind, Rejection
from chassis.web.texts import N_
from contracts.event import Profile
from services.enrollment.enrollments.dates import age_band, age_on


class RectificationReason(StrEnum):
    """Why somebody's data are corrected."""

    PERSON_ASKED = "person_asked"
    MISTAKE_FOUND = "mistake_found"
    DOCUMENT_CHANGED = "document_changed"


class AppliesTo(StrEnum):
    """To which enrollments a correction of the profile applies: what was entered wrong was never right."""

    ALL_ENROLLMENTS = "all_enrollments"
    FROM_NOW_ON = "from_now_on"


class ErasureReason(StrEnum):
    """Why somebody's data are erased."""

    PERSON_ASKED = "person_asked"
    NO_LONGER_NEEDED = "no_longer_needed"
    STORED_BY_MISTAKE = "stored_by_mistake"


def corrected_profile(
    profile: Profile, stated: Mapping[str, object], birth_date: date | None, registered_on: date
) -> Profile:
    """Returns the profile with what was stated of its fields, and the age on the day of the registration."""
    return profile.model_copy(update={**stated, "age_band": age_band(age_on(registered_on, birth_date))})


DOCUMENT_TAKEN = Rejection(
    "document_taken",
    N_("Somebody else is known by this document."),
    Kind.CONFLICT,
    field="document.number",
    remedy=N_("Search for the number, and compare both people with their cards before one of them is corrected."),
)
