"""Dimensions, each declared once, and slices: one member of each dimension. Days and months are those of Cajamarca."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from typing import Annotated, NamedTuple, get_type_hints
from uuid import UUID

from chassis.web.texts import N_
from contracts import labels
from contracts.days import day_of
from contracts.enrollment import Cohort, Programme
from contracts.event import Event, Profile
from contracts.labels import Labels
from contracts.media import Campaign
from contracts.territory import districts, provinces

ALL = "all"
"""The scope over all programmes; any other scope is a programme's id."""

PROGRAMME = "programme"
"""The dimension whose members are the scopes themselves."""

TOTAL = "total"
"""The name of the list with one member, and of that member."""

NOT_STATED = "not_stated"


@dataclass(frozen=True, slots=True, eq=False)
class Dimension:
    """A way to break an indicator down.

    Its members have `labels` (message ids) or proper `names`, and every list shows all of them; or they come and go and
    are `named_by` the facts of one kind; or, as months, they have neither. `part_of` gives the member of a coarser
    public dimension that contains a member.
    """

    label: str
    labels: Labels = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    named_by: type[Event] | None = None
    part_of: Callable[[str], str] | None = None


def merged(*sets: Labels) -> Labels:
    """The labels of all sets. Raises `ValueError` where one member has two, for a list can show only one."""
    found: dict[str, str] = {}
    for member, label in chain.from_iterable(one.items() for one in sets):
        if found.setdefault(member, label) != label:
            raise ValueError(
                f"{member!s} is called {found[member]} and {label}; give it one label, or rename a member."
            )
    return found


def grouped(name: str, *members: Labels) -> Dimension:
    """The dimension of this name, whose members are groups."""
    return Dimension(labels.DIMENSIONS[name], merged(*members))


def province_of(district: str | None) -> str:
    """The province of a district's INEI code; `not_stated` for a thing that is not for one district."""
    return NOT_STATED if district in {None, NOT_STATED} else district[:4]


class Slice(NamedTuple):
    """One member of each dimension that an indicator has; None in every other dimension.

    A tuple, because slices are the keys in which everything is added up.
    """

    month: Annotated[str, Dimension(N_("Month"))]
    cohort: Annotated[str | None, Dimension(N_("Cohort"), named_by=Cohort)] = None
    province: Annotated[str | None, Dimension(N_("Province"), names=provinces())] = None
    district: Annotated[
        str | None,
        Dimension(
            N_("District"), names={code: district.name for code, district in districts().items()}, part_of=province_of
        ),
    ] = None
    sex: Annotated[str | None, grouped("sex", labels.SEX_GROUPS)] = None
    age_band: Annotated[str | None, grouped("age_band", labels.AGE_GROUPS)] = None
    mother_tongue: Annotated[str | None, grouped("mother_tongue", labels.MOTHER_TONGUE_GROUPS)] = None
    ethnicity: Annotated[str | None, grouped("ethnicity", labels.ETHNICITY_GROUPS)] = None
    organization_type: Annotated[str | None, grouped("organization_type", labels.ORGANIZATION_TYPE_GROUPS)] = None
    kind: Annotated[str | None, grouped("kind", labels.SESSION_KINDS, labels.ASSET_KINDS)] = None
    mechanism: Annotated[str | None, grouped("mechanism", labels.MECHANISMS)] = None
    channel: Annotated[str | None, grouped("channel", labels.CHANNELS)] = None
    campaign: Annotated[str | None, Dimension(N_("Campaign"), named_by=Campaign)] = None

    def members(self) -> dict[str, str]:
        """Dimension → member, without the dimensions that the slice does not have."""
        return {name: member for name, member in zip(self._fields, self, strict=True) if member is not None}


DIMENSIONS: dict[str, Dimension] = {
    PROGRAMME: Dimension(N_("Programme"), named_by=Programme),
    **{name: hint.__metadata__[0] for name, hint in get_type_hints(Slice, include_extras=True).items()},
}
"""Every dimension by its name."""


@lru_cache(maxsize=4096)
def month_of(moment: datetime | date) -> str:
    """`2025-05`: the month in Cajamarca, whatever the instant's own offset. Cached, because many share a session."""
    day = day_of(moment) if isinstance(moment, datetime) else moment
    return f"{day.year}-{day.month:02}"


@lru_cache(maxsize=1024)
def member_of(group: UUID) -> str:
    """The id of a programme or cohort as a member. Cached, because there are few and every fact names one."""
    return str(group)


def campaign_of(campaign: UUID | None) -> str:
    """A campaign as a member; `not_stated` for a thing of no campaign."""
    return member_of(campaign) if campaign else NOT_STATED


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
