"""Publishes the breakdowns of people: reads who changed, decides what moves, and keeps what the next decision needs."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from chassis.store.database import Connection
from chassis.store.queries import queries
from services.reporting.counting.contribution_codec import decode
from services.reporting.counting.domain import differences
from services.reporting.counting.margins import Margin, margins
from services.reporting.facts.domain import Names
from services.reporting.facts.service import provinces_of_cohorts
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.registry import INDICATORS, PEOPLE
from services.reporting.publishing import service
from services.reporting.publishing.people import People, decide_lists

sql = queries(__package__)

OWNERS_PER_STEP = 1_000
"""Their contributions are decoded at once, while the worker's other loops wait."""

MEASURES = {indicator.id for indicator in PEOPLE}

Count = tuple[str, str, str]
"""Indicator, dimension and member."""

Change = tuple[str, str, str, UUID]
"""Indicator, dimension, place and person."""

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class ChangedContribution:
    """What an owner adds now, and what it added when the breakdowns were compared last."""

    owner: UUID
    added: str
    before: str


@dataclass(frozen=True, slots=True)
class ComparedCount:
    """The count in one cell of a public list, over all compared contributions."""

    indicator: str
    dimension: str
    member: str
    n: int


@dataclass(frozen=True, slots=True)
class UnpublishedChange:
    """A person's change in a place, which the public figures lack."""

    indicator: str
    dimension: str
    member: str
    owner: UUID
    difference: int


async def publish_breakdowns(connection: Connection, indicators: Sequence[Indicator], names: Names) -> bool:
    """Publishes what may move. Returns whether more owners are waiting."""
    changed = await sql.changed_contributions.all(connection, ChangedContribution, limit=OWNERS_PER_STEP)
    people = await _people(connection, indicators)
    counts, changes = dict(_counts(people)), dict(_changes(people))
    for one in changed:
        people.add(one.owner, _of_people(one))
    for indicator, lists in decide_lists(people, indicators, names).items():
        await service.publish(connection, INDICATORS[indicator], lists)
    await sql.keep_compared_contributions.execute(
        connection, owners=[one.owner for one in changed], added=[one.added for one in changed]
    )
    await _keep_counts(connection, _different(dict(_counts(people)), counts))
    await _keep_changes(connection, changes, dict(_changes(people)))
    return len(changed) == OWNERS_PER_STEP


def _of_people(one: ChangedContribution) -> dict[Margin, int]:
    """What the owner adds to the public lists of people, less what it added before."""
    moved = margins(differences(decode(one.added), decode(one.before)))
    return {margin: difference for margin, difference in moved.items() if margin.measure in MEASURES}


async def _people(connection: Connection, indicators: Iterable[Indicator]) -> People:
    people = People(defaultdict(dict), defaultdict(dict), defaultdict(dict), await provinces_of_cohorts(connection))
    for count in await sql.compared_counts.all(connection, ComparedCount):
        people.counts[count.indicator, count.dimension][count.member] = count.n
    for change in await sql.unpublished_changes.all(connection, UnpublishedChange):
        places = people.changes[change.indicator, change.dimension]
        places.setdefault(change.member, {})[change.owner] = change.difference
    for indicator in indicators:
        public = await service.published(connection, indicator.id, *indicator.dimensions)
        people.public.update({(indicator.id, dimension): dict(figures) for dimension, figures in public.items()})
    return people


def _counts(people: People) -> Iterator[tuple[Count, int]]:
    for (indicator, dimension), members in people.counts.items():
        yield from (((indicator, dimension, member), n) for member, n in members.items())


def _changes(people: People) -> Iterator[tuple[Change, int]]:
    for (indicator, dimension), places in people.changes.items():
        for place, changed in places.items():
            yield from (((indicator, dimension, place, person), n) for person, n in changed.items())


def _different(now: Mapping[K, int], before: Mapping[K, int]) -> dict[K, int]:
    return {key: n for key, n in now.items() if before.get(key) != n}


async def _keep_counts(connection: Connection, counts: Mapping[Count, int]) -> None:
    await sql.keep_compared_counts.execute(
        connection,
        indicators=[indicator for indicator, _, _ in counts],
        dimensions=[dimension for _, dimension, _ in counts],
        members=[member for _, _, member in counts],
        counts=list(counts.values()),
    )


async def _keep_changes(connection: Connection, before: Mapping[Change, int], now: Mapping[Change, int]) -> None:
    await sql.remove_unpublished_changes.execute(connection, **_columns(before.keys() - now.keys()))
    kept = _different(now, before)
    await sql.keep_unpublished_changes.execute(connection, **_columns(kept), differences=list(kept.values()))


def _columns(changes: Collection[Change]) -> dict[str, list[Any]]:
    columns = zip(*changes, strict=True) if changes else ((), (), (), ())
    return dict(zip(("indicators", "dimensions", "members", "owners"), map(list, columns), strict=True))
