"""Slices: in which member of each dimension something counts. Days and months are Cajamarca's."""

from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from contracts.days import day_of
from contracts.event import Profile

ALL = "all"
"""The scope over all programmes; any other scope is a programme's id."""

PROGRAMME = "programme"
"""The dimension whose members are the scopes themselves."""

TOTAL = "total"
"""The list with one member, which is called the same."""

NOT_STATED = "not_stated"


class Slice(NamedTuple):
    """One member for each dimension that an indicator has; None where it has not this dimension."""

    month: str
    cohort: str | None = None
    province: str | None = None
    district: str | None = None
    sex: str | None = None
    age_band: str | None = None
    mother_tongue: str | None = None
    ethnicity: str | None = None
    organization_type: str | None = None
    kind: str | None = None
    mechanism: str | None = None
    channel: str | None = None
    campaign: str | None = None

    def members(self) -> dict[str, str]:
        """Dimension to member, without the dimensions it has not."""
        return {name: member for name, member in zip(self._fields, self, strict=True) if member is not None}


class Cell(NamedTuple):
    """Where a contribution is added: a measure, in a scope, in a slice."""

    measure: str
    scope: str
    slice: Slice


class Margin(NamedTuple):
    """A place in a public list: a measure over all programmes, by one dimension."""

    measure: str
    dimension: str
    member: str


@lru_cache(maxsize=4096)
def month_of(moment: datetime | date) -> str:
    """`2025-05`: the month here, whatever the instant's own offset says. Many are at the same session."""
    day = day_of(moment) if isinstance(moment, datetime) else moment
    return f"{day.year}-{day.month:02}"


@lru_cache(maxsize=1024)
def member_of(group: UUID) -> str:
    """A programme's or cohort's id as a member; there are few, and each is written out for every fact."""
    return str(group)


def slice_of_person(moment: datetime, cohort: UUID, profile: Profile, kind: str | None = None) -> Slice:
    """A person's slice, by the profile as it was at the event."""
    return Slice(
        month_of(moment),
        member_of(cohort),
        profile.district[:4],
        profile.district,
        profile.sex,
        profile.age_band,
        profile.mother_tongue,
        profile.ethnicity,
        profile.organization_type,
        kind,
    )


def province_of(district: str | None) -> str:
    """The province of a district's INEI code; `not_stated` for something that is for no one district."""
    return district[:4] if district else NOT_STATED
