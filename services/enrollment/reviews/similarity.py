"""Finds people who look like one person under two documents. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from uuid import UUID

from contracts.event import Sex
from services.enrollment.enrollments.comparison import contradictions
from services.enrollment.identity.names import tokens
from services.enrollment.people.domain import Identity
from services.enrollment.reviews.domain import Pair, pair_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person as they are compared with all others. `district` is the INEI code of where they live."""

    person_id: UUID
    identity: Identity
    sex: Sex
    district: str


def similar_pairs(people: Iterable[Candidate]) -> set[Pair]:
    """Returns the pairs who look alike. Only those are compared who share a birth date and the initial of a family
    name, or all names and the district."""
    blocks = defaultdict[object, list[Candidate]](list)
    for one in people:
        for block in _blocks_of(one):
            blocks[block].append(one)
    return {
        pair_of(one.person_id, other.person_id)
        for block in blocks.values()
        for one, other in combinations(block, 2)
        if are_alike(one, other)
    }


def are_alike(one: Candidate, other: Candidate) -> bool:
    """Tells whether both could be one person: nothing contradicts and the birth dates are known to be equal, or only a
    slip or a missing birth date tells two people of the same names and district apart."""
    if one.identity.document == other.identity.document:
        return False
    against = set(contradictions(one.identity, one.sex, other.identity, other.sex))
    birth_dates = one.identity.birth_date, other.identity.birth_date
    if None not in birth_dates and birth_dates[0] == birth_dates[1]:
        return not against
    return not against - {"birth_date"} and _has_same_names_and_district(one, other) and _may_be_one_date(*birth_dates)


def _blocks_of(one: Candidate) -> Iterator[object]:
    if one.identity.birth_date:
        for initial in {word[0] for word in tokens(one.identity.names.family)}:
            yield one.identity.birth_date, initial
    yield one.district, *_words(one)


def _has_same_names_and_district(one: Candidate, other: Candidate) -> bool:
    return one.district == other.district and _words(one) == _words(other)


def _words(one: Candidate) -> list[str]:
    names = one.identity.names
    return sorted(tokens(f"{names.given} {names.family}"))


def _may_be_one_date(one: date | None, other: date | None) -> bool:
    """Tells whether one is not known, one digit is another, or day and month are exchanged."""
    if one is None or other is None:
        return True
    if (one.year, one.day, one.month) == (other.year, other.month, other.day):
        return True
    return sum(a != b for a, b in zip(one.isoformat(), other.isoformat(), strict=True)) == 1
