"""Why the statement about a past cohort is corrected. Pure."""

from enum import StrEnum


class StatementCorrectionReason(StrEnum):
    """Why it is corrected."""

    MISTAKE_FOUND = "mistake_found"
    VOUCHED_ANEW = "vouched_anew"
