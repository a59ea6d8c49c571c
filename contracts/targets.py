"""What a target can be about: the groups and places by which each indicator is counted. Enrollment offers what
reporting counts."""

from collections.abc import Iterator, Mapping

from . import labels
from .labels import Labels

OF_PEOPLE: Mapping[str, Labels] = {
    "sex": labels.SEX_GROUPS,
    "age_band": labels.AGE_GROUPS,
    "mother_tongue": labels.MOTHER_TONGUE_GROUPS,
    "ethnicity": labels.ETHNICITY_GROUPS,
    "organization_type": labels.ORGANIZATION_TYPE_GROUPS,
}

GROUPS: Mapping[str, Mapping[str, Labels]] = {
    "enrolled": OF_PEOPLE,
    "trained": OF_PEOPLE,
    "organizations_trained": {"organization_type": labels.ORGANIZATION_TYPE_GROUPS},
    "attended": {**OF_PEOPLE, "kind": labels.SESSION_KINDS},
    "attendees": OF_PEOPLE,
    "programme_content": {"mechanism": labels.MECHANISMS},
    "programme_hours": {"mechanism": labels.MECHANISMS},
    "content_published": {"channel": labels.CHANNELS, "kind": labels.ASSET_KINDS},
    "visits": {"channel": labels.CHANNELS},
}
"""Indicator → dimension → member → label."""

WITHHELD = frozenset({"enrolled", "trained", "organizations_trained", "attended", "attendees", "visits"})
"""The indicators whose counts of 1 to 9 are withheld."""

WITHOUT_PLACES = frozenset({"programme_content", "programme_hours"})
"""The indicators that are counted by neither province nor district."""


def subgroups(*indicators: str) -> Iterator[tuple[str, str, str]]:
    """The groups of any of these indicators, without those who did not say: dimension, member, the member's label."""
    found = {
        (dimension, str(member)): label
        for indicator in indicators
        for dimension, members in GROUPS[indicator].items()
        for member, label in members.items()
        if member != "not_stated"
    }
    for (dimension, member), label in found.items():
        yield dimension, member, label
