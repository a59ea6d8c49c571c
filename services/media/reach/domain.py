"""Reach: visits are counted per class of visitor, link and day, with a sketch of the distinct people.

A theta sketch (Apache DataSketches) holds hashes of visitor digests: exact up to 4,096 people, and within 3 % beyond
(95 % confidence). Adding a person again does not change it, and the order does not matter.

Of one address only so many visits count in a day, whatever links and user agents they have; the others are suspected.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from datasketches import compact_theta_sketch, theta_union, update_theta_sketch

from contracts.days import day_of
from contracts.media import VisitorClass, VisitRecorded

LOG_2_ENTRIES = 12

COUNTED_VISITS_OF_AN_ADDRESS = 20
"""In a day: a shared office or school has one address."""

LinkDay = tuple[UUID, date]
"""A link's id and a day."""

AddressDay = tuple[date, str]
"""A day, and the digest of an address on it."""


@dataclass(slots=True)
class Tally:
    """The visits of one link on one day in one batch; `people` are digests, `suspected` are visits by people."""

    last_visit_at: datetime
    visits: Counter[VisitorClass] = field(default_factory=Counter)
    people: set[str] = field(default_factory=set)
    suspected: int = 0

    def add(self, visit: VisitRecorded, is_suspected: bool) -> None:
        """Counts one visit."""
        self.last_visit_at = max(self.last_visit_at, visit.occurred_at)
        if is_suspected:
            self.suspected += 1
            return
        self.visits[visit.visitor_class] += 1
        if visit.visitor_class is VisitorClass.PERSON:
            self.people.add(visit.visitor_digest)


def tally(visits: Iterable[VisitRecorded], suspected: Collection[UUID] = ()) -> dict[LinkDay, Tally]:
    """The visits by link and day, sorted by these keys; `suspected` are ids of visits."""
    tallies: dict[LinkDay, Tally] = {}
    for visit in visits:
        key = visit.link_id, day_of(visit.occurred_at)
        tallies.setdefault(key, Tally(visit.occurred_at)).add(visit, visit.visit_id in suspected)
    return dict(sorted(tallies.items()))


def visits_by_address(visits: Iterable[VisitRecorded]) -> dict[AddressDay, int]:
    """How many visits by people came from each address on each day, sorted by these keys."""
    people = (visit for visit in visits if visit.visitor_class is VisitorClass.PERSON)
    return dict(sorted(Counter(map(_address_day, people)).items()))


def suspected_visits(visits: Iterable[VisitRecorded], earlier: Mapping[AddressDay, int]) -> set[UUID]:
    """The ids of those that exceed what counts of their address; `earlier` is how many came before these."""
    numbers = Counter(earlier)
    suspected = set()
    for visit in visits:
        if visit.visitor_class is VisitorClass.PERSON:
            numbers[_address_day(visit)] += 1
            if numbers[_address_day(visit)] > COUNTED_VISITS_OF_AN_ADDRESS:
                suspected.add(visit.visit_id)
    return suspected


def _address_day(visit: VisitRecorded) -> AddressDay:
    """A visit that the release before recorded has no digest of its address; that of the visitor stands for it."""
    return day_of(visit.occurred_at), visit.address_digest or visit.visitor_digest


def add_people(sketch: bytes | None, people: Iterable[str]) -> bytes:
    """The compact sketch with these digests added; None is the empty sketch."""
    added = update_theta_sketch(LOG_2_ENTRIES)
    for digest in people:
        added.update(digest)
    union = theta_union(LOG_2_ENTRIES)
    union.update(added)
    if sketch is not None:
        union.update(compact_theta_sketch.deserialize(sketch))
    return bytes(union.get_result().serialize())


def estimate(sketch: bytes) -> int:
    """How many distinct people were added to the sketch."""
    distinct: float = compact_theta_sketch.deserialize(sketch).get_estimate()
    return round(distinct)
