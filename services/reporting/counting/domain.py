"""What one owner's facts add to the cells: the one counting function, pure.

Corrections, late sheets, rebuilds and recounts all call it with everything known of an owner and write the difference
to what stood there; the order in which facts came has no say.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from contracts.enrollment import Consent, Enrollment, EnrollmentStatus, ModulePublished, Purpose
from contracts.event import Event
from contracts.media import Publication, ReachMeasured
from contracts.sessions import Attendance, AttendanceState, Completion
from services.reporting.facts import sketches
from services.reporting.indicators.slices import (
    ALL,
    NOT_STATED,
    Cell,
    Slice,
    member_of,
    month_of,
    province_of,
    slice_of_person,
)

VERIFIED = {AttendanceState.PRESENT, AttendanceState.LATE, AttendanceState.LEFT_EARLY}

T = TypeVar("T")
K = TypeVar("K")

Order = Callable[[Any], tuple[datetime, UUID]]

# By their numbers: ids are slow to compare.
PROGRAMME_OF = attrgetter("programme_id.int")
SESSION_OF = attrgetter("session_id.int")

KINDS = (Consent, Enrollment, Completion, Attendance, ModulePublished, Publication, ReachMeasured)
"""What is counted, or decides whether something is."""

Facts = Mapping[type[Event] | None, Sequence[Any]]
"""An owner's facts by their kind."""

Added = Iterator[tuple[Cell, int]]


def contributions(facts: Iterable[Event]) -> dict[Cell, int]:
    """Cell to amount, for the current facts of one owner. Cells to which nothing is added are not there."""
    known: defaultdict[type[Event] | None, list[Any]] = defaultdict(list)
    for fact in facts:
        known[_kind(type(fact))].append(fact)
    added: dict[Cell, int] = {}
    for kind, rules in RULES.items():
        if kind in known:
            for cell, amount in chain.from_iterable(rule(known) for rule in rules):
                if amount:
                    added[cell] = added.get(cell, 0) + amount
    return added


@cache
def _kind(event: type[Event]) -> type[Event] | None:
    return next((kind for kind in KINDS if issubclass(event, kind)), None)


def _once(measure: str, qualifying: Iterable[Enrollment | Completion | Attendance], order: Order) -> Added:
    """One for the person in each scope, in the slice of the earliest fact there; the id settles a tie."""
    firsts = list(_first_of_each(PROGRAMME_OF, qualifying, order).values())
    scopes = [(member_of(first.programme_id), first) for first in firsts]
    for scope, fact in [(ALL, min(firsts, key=order)), *scopes] if firsts else []:
        yield Cell(measure, scope, slice_of_person(order(fact)[0], fact.cohort_id, fact.profile)), 1


def _first_of_each(group: Callable[[T], K], items: Iterable[T], order: Order) -> dict[K, T]:
    """Of each group the item that comes first."""
    groups: dict[K, list[T]] = {}
    for item in items:
        groups.setdefault(group(item), []).append(item)
    return {key: min(members, key=order) if len(members) > 1 else members[0] for key, members in groups.items()}


def enrolled(facts: Facts) -> Added:
    """People with an accepted enrollment, not withdrawn, who agree to the training."""
    if not any(consent.purpose is Purpose.TRAINING and consent.given for consent in facts.get(Consent, ())):
        return iter(())
    accepted = [fact for fact in facts[Enrollment] if fact.status is EnrollmentStatus.ACCEPTED and fact.accepted_at]
    return _once("enrolled", accepted, attrgetter("accepted_at", "enrollment_id"))


def trained(facts: Facts) -> Added:
    """People with an achieved completion."""
    achieved = [fact for fact in facts[Completion] if fact.achieved]
    return _once("trained", achieved, attrgetter("achieved_at", "completion_id"))


def attended(facts: Facts) -> Added:
    """Pairs of a person and a session where the person was; recorded twice, a pair is still one."""
    for fact in _first_of_each(SESSION_OF, _verified(facts), attrgetter("checked_in_at", "attendance_id")).values():
        place = slice_of_person(fact.session_starts_at, fact.cohort_id, fact.profile, fact.kind)
        yield Cell("attended", member_of(fact.programme_id), place), 1


def attendees(facts: Facts) -> Added:
    """People who were at a session at least once."""
    return _once("attendees", _verified(facts), attrgetter("session_starts_at", "attendance_id"))


def _verified(facts: Facts) -> list[Attendance]:
    return [fact for fact in facts[Attendance] if fact.state in VERIFIED]


def programme_content(facts: Facts) -> Added:
    """Modules of the programmes, and their taught hours."""
    for fact in facts[ModulePublished]:
        place = Slice(month_of(fact.occurred_at), mechanism=fact.mechanism)
        yield Cell("programme_content", member_of(fact.programme_id), place), 1
        yield Cell("programme_hours", member_of(fact.programme_id), place), fact.hours


def content_published(facts: Facts) -> Added:
    """An asset on a channel, once, by its first publication there that was not taken down."""
    active = [fact for fact in facts[Publication] if fact.active]
    seen: set[tuple[str, str]] = set()
    for fact in sorted(active, key=lambda publication: (publication.occurred_at, publication.publication_id)):
        for scope in _scopes(fact.programme_id):
            if (scope, fact.channel) not in seen:
                seen.add((scope, fact.channel))
                yield Cell("content_published", scope, _slice_of_publication(fact)), 1


def _slice_of_publication(fact: Publication) -> Slice:
    return Slice(
        month_of(fact.occurred_at),
        province=province_of(fact.district),
        district=fact.district or NOT_STATED,
        kind=fact.kind,
        channel=fact.channel,
        campaign=_campaign(fact.campaign_id),
    )


def visits(facts: Facts) -> Added:
    """Opens of first-party links by people; bots and previews are not among them."""
    for fact in facts[ReachMeasured]:
        place = Slice(
            month_of(fact.day),
            province=province_of(fact.district),
            district=fact.district or NOT_STATED,
            channel=fact.channel,
            campaign=_campaign(fact.campaign_id),
        )
        for scope in _scopes(fact.programme_id):
            yield Cell("visits", scope, place), fact.people_visits


def first_party_reach(facts: Facts) -> Added:
    """Distinct visitors of a day, in all and by one dimension at a time: they cannot be added up afterwards."""
    by_slice: defaultdict[tuple[str, Slice], list[str]] = defaultdict(list)
    for fact in facts[ReachMeasured]:
        for scope in _scopes(fact.programme_id):
            for place in _margins(fact):
                by_slice[scope, place].append(fact.people_sketch)
    for (scope, place), texts in by_slice.items():
        for bound, amount in sketches.distinct_visitors(texts)._asdict().items():
            yield Cell(BOUNDS[bound], scope, place), amount


BOUNDS = {
    "value": "first_party_reach",
    "lower": "first_party_reach.lower",
    "upper": "first_party_reach.upper",
}
"""The measures of an estimate: itself, and what it lies between."""


def _margins(fact: ReachMeasured) -> Iterator[Slice]:
    month = month_of(fact.day)
    yield Slice(month)
    yield Slice(month, channel=fact.channel)
    yield Slice(month, campaign=_campaign(fact.campaign_id))
    yield Slice(month, district=fact.district or NOT_STATED)
    yield Slice(month, province=province_of(fact.district))


def _scopes(programme: UUID | None) -> tuple[str, ...]:
    return (ALL, member_of(programme)) if programme else (ALL,)


def _campaign(campaign: UUID | None) -> str:
    return member_of(campaign) if campaign else NOT_STATED


Rule = Callable[[Facts], Added]

RULES: Mapping[type[Event], tuple[Rule, ...]] = {
    Enrollment: (enrolled,),
    Attendance: (attended, attendees),
    Completion: (trained,),
    ModulePublished: (programme_content,),
    Publication: (content_published,),
    ReachMeasured: (visits, first_party_reach),
}
"""By what they count: who has none of it adds nothing."""
