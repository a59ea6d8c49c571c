"""Why an organization is corrected. Pure."""

from enum import StrEnum


class OrganizationCorrectionReason(StrEnum):
    """Why an organization is corrected. What was a mistake was never right; what has changed was right until then."""

    MISTAKE_FOUND = "mistake_found"
    CHANGED_SINCE = "changed_since"
