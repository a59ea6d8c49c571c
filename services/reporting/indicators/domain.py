"""The definition of an indicator, and helpers of rules. A rule is a pure function of one owner's facts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from chassis.web.texts import N_
from contracts.enrollment import Enrollment, StatedTraining
from contracts.event import Event
from contracts.labels import Labels
from contracts.sessions import Attendance, Completion
from services.reporting.facts.domain import kind_of
from services.reporting.indicators.slices import ALL, Slice, member_of, slice_of_person

T = TypeVar("T")
K = TypeVar("K")

Facts = Mapping[type[Event], Sequence[Any]]
"""An owner's current facts by their kind; empty for a kind that the owner has none of."""

Amounts = Iterator[tuple[str, Slice, Any]]
"""Scope, slice, and the number that is added there; an `Estimate` where the indicator has bounds."""

Rule = Callable[[Facts], Amounts]

Order = Callable[[Any], tuple[datetime, UUID]]
"""By what facts are ordered: an instant, and an id for facts of the same instant."""

OF_PERSON = (
    "programme", "cohort", "province", "district", "month",
    "sex", "age_band", "mother_tongue", "ethnicity", "organization_type",
)  # fmt: skip
"""The dimensions of a person's slice."""

LIMITS_OF_COUNTED_PEOPLE = N_(
    "One person in two programmes counts once in each, so programmes must not be added up. In public, somebody "
    "who was registered twice counts twice until ten or more of them are taken off at once, so that nobody "
    "can tell from the figure who was known."
)
"""What the definitions of all indicators that count a person once say of their limits."""

PROGRAMME_OF = attrgetter("programme_id")
# Integers, because UUIDs are slow to compare.
PROGRAMME_NUMBER = attrgetter("programme_id.int")


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of an indicator for people, as message ids. `description` is the question that it answers."""

    name: str
    description: str
    rule: str
    standard: str
    limits: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Indicator:
    """A versioned definition, from which counting, interface, pages, topics and reference are derived.

    `facts`: the kinds of fact that `rule` reads; an owner without a fact of the first kind adds nothing.
    `additive`: the slices of one scope may be added up. `over_programmes`: so may the programmes, and the rule yields
    no cells of the scope `all`. `of_people`: small counts are withheld. `bounds`: the rule yields estimates, which have
    the measures `id.lower` and `id.upper` too. `kinds`: the members of the dimension `kind`, where there is one.
    `headline`: the position among the totals of the public page. `within`: the indicator that counts the same people,
    and others.
    """

    id: str
    version: int
    texts: Texts
    unit: str
    dimensions: tuple[str, ...]
    facts: tuple[type[Event], ...]
    rule: Rule
    additive: bool = True
    over_programmes: bool = False
    of_people: bool = True
    bounds: bool = False
    kinds: Labels = field(default_factory=dict)
    headline: int | None = None
    within: str | None = None

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures that cells have for it: its id first."""
        return (self.id, f"{self.id}.lower", f"{self.id}.upper") if self.bounds else (self.id,)

    @property
    def fact_kinds(self) -> tuple[str, ...]:
        """The kinds of its facts as they are stored."""
        return tuple(kind_of(fact) for fact in self.facts)

    @property
    def sources(self) -> tuple[str, ...]:
        """The topics of its facts."""
        return tuple(sorted({fact.topic for fact in self.facts}))


def once_per_scope(
    qualifying: Iterable[Enrollment | Completion | Attendance | StatedTraining], order: Order
) -> Amounts:
    """One for the person in each scope, in the slice of the first qualifying fact there."""
    for scope, fact in first_per_scope(qualifying, order):
        yield scope, slice_of_person(order(fact)[0], fact.cohort_id, fact.profile), 1


def first_per_scope(qualifying: Iterable[T], order: Order) -> list[tuple[str, T]]:
    """The first of these facts over all programmes, and in each of theirs: scope and fact."""
    firsts = list(first_of_each(PROGRAMME_NUMBER, qualifying, order).values())
    scopes = [(member_of(PROGRAMME_OF(first)), first) for first in firsts]
    return [(ALL, min(firsts, key=order)), *scopes] if firsts else []


def first_of_each(key: Callable[[T], K], items: Iterable[T], order: Order) -> dict[K, T]:
    """The first item of each group."""
    groups: dict[K, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return {each: min(group, key=order) if len(group) > 1 else group[0] for each, group in groups.items()}


def scopes_of(programme: UUID | None) -> tuple[str, ...]:
    """The scope of all programmes and, of a thing that has a programme, that programme's."""
    return (ALL, member_of(programme)) if programme else (ALL,)
