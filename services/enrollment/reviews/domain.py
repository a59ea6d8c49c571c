"""As whom people are counted by what was decided on pairs of them, and what stands in the way of a decision. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from services.enrollment.enrollments.domain import ReviewDecision

Pair: TypeAlias = tuple[UUID, UUID]
"""Two people, the smaller id first."""


class ReviewReason(StrEnum):
    """Why somebody decided so. `data_agree` is the reason of Minka itself, for somebody who is registered apart."""

    CARDS_COMPARED = "cards_compared"
    PERSON_ASKED = "person_asked"
    ORGANIZATION_ASKED = "organization_asked"
    DECIDED_BY_MISTAKE = "decided_by_mistake"
    DATA_AGREE = "data_agree"


class ReviewKind(StrEnum):
    """Why somebody has to compare."""

    APPLICATION = "application"
    ROW = "row"
    SAME_DOCUMENT = "same_document"
    SIMILAR = "similar"


class ApplicationDecision(StrEnum):
    """Tells whose an application is, or that it was sent by mistake and is nobody's."""

    SAME_PERSON = ReviewDecision.SAME_PERSON
    OTHER_PERSON = ReviewDecision.OTHER_PERSON
    DISCARD = "discard"


class Side(StrEnum):
    """Which of both sides that are compared has a document that was mistyped: the first, or the second."""

    ONE = "one"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Record:
    """A person as they are counted: `counted_as` is None for who is counted as themselves.

    `merge_id` is of the merge that they have for life, if they ever had one. `document_digest` is None once the person
    was erased.
    """

    person_id: UUID
    counted_as: UUID | None
    merge_id: UUID | None
    recorded_at: datetime
    document_digest: bytes | None


def pair_of(one: UUID, other: UUID) -> Pair:
    """Returns both in the order in which a decision on them is stored."""
    return (one, other) if one < other else (other, one)


def counted_by(records: Iterable[Record], decisions: Mapping[Pair, ReviewDecision]) -> dict[UUID, UUID]:
    """Returns as whom each is counted: as the one registered first of those who are one, directly or through others."""
    same = [pair for pair, decision in decisions.items() if decision is ReviewDecision.SAME_PERSON]
    counted: dict[UUID, UUID] = {}
    for record in sorted(records, key=lambda one: (one.recorded_at, one.person_id)):
        for person_id in () if record.person_id in counted else _reached(record.person_id, same):
            counted[person_id] = record.person_id
    return counted


def contradicted(counted: Mapping[UUID, UUID], decisions: Mapping[Pair, ReviewDecision]) -> list[Pair]:
    """Returns who were decided to be two people, and are counted as one through others."""
    other = (pair for pair, decision in decisions.items() if decision is ReviewDecision.OTHER_PERSON)
    return [pair for pair in other if counted[pair[0]] == counted[pair[1]]]


def moved(records: Sequence[Record], counted: Mapping[UUID, UUID]) -> list[Record]:
    """Returns the records that are counted as somebody else than before."""
    return [one for one in records if counted[one.person_id] != (one.counted_as or one.person_id)]


def _reached(person_id: UUID, same: Collection[Pair]) -> Iterator[UUID]:
    """Yields the person, and whoever is the same by these pairs."""
    seen, waiting = {person_id}, [person_id]
    while waiting:
        one = waiting.pop()
        yield one
        neighbors = {other for pair in same if one in pair for other in pair} - seen
        seen |= neighbors
        waiting.extend(neighbors)
