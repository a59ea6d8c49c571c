"""The indicators that count people, in families: what is known of their public breakdowns, and what follows. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from contracts.disclosure import THRESHOLD
from services.reporting.counting.margins import Margin
from services.reporting.facts.domain import Names
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.slices import DIMENSIONS, PROGRAMME, TOTAL
from services.reporting.publishing.breakdowns import Breakdown, Decision, decide, no_part, withheld_in
from services.reporting.publishing.disclosure import WITHHELD, Figure
from services.reporting.publishing.domain import Lists, complete

ListKey = tuple[str, str]
"""An indicator and a dimension."""

ON_THE_CALENDAR = frozenset({PROGRAMME, "month", "kind"})
"""Dimensions in which a reader knows where somebody is counted who saw the total move. Each list has its own members
then, so an indicator does not withhold what another one does."""


@dataclass(slots=True)
class People:
    """What is counted, public, and not yet public. `provinces`: cohort → its province.

    `changes` holds by place who changed since the place was settled; of a total, who changed since it was due.
    """

    counts: defaultdict[ListKey, dict[str, int]]
    public: defaultdict[ListKey, dict[str, Figure]]
    changes: defaultdict[ListKey, dict[str, dict[UUID, int]]]
    provinces: Mapping[str, str] = field(default_factory=dict)

    def add(self, person: UUID, differences: Mapping[Margin, int]) -> None:
        """Notes that the person is counted otherwise than before."""
        for (indicator, dimension, member), difference in differences.items():
            key = (indicator, dimension)
            self.counts[key][member] = self.counts[key].get(member, 0) + difference
            self.changes[indicator, TOTAL].setdefault(TOTAL, {})[person] = 1
            if dimension != TOTAL:
                self._note(key, member, person, difference)
            if self.public[key].get(member) == WITHHELD:
                self._note(key, withheld_in(self.part_of(dimension)(member)), person, difference)

    def _note(self, key: ListKey, place: str, person: UUID, difference: int) -> None:
        people = self.changes[key].setdefault(place, {})
        people[person] = people.get(person, 0) + difference
        if not people[person]:
            del people[person]

    def settle(self, key: ListKey, decision: Decision) -> None:
        """Notes what is public from now on."""
        before = {member for member in decision.figures if self.public[key].get(member) == WITHHELD}
        now = {member for member, figure in decision.figures.items() if figure == WITHHELD}
        self._note_in_withheld(key, now - before, 1)
        for place in decision.settled:
            self.changes[key].pop(place, None)
        self._note_in_withheld(key, before - now, -1)
        self.public[key] = dict(decision.figures)

    def _note_in_withheld(self, key: ListKey, members: Iterable[str], sign: int) -> None:
        """Notes in the sum of the withheld what the figures of these members lack.

        They join the sum, or leave it (`sign` is -1): then the sum must not tell what the figure that returned lacks.
        """
        part_of = self.part_of(key[1])
        for member in members:
            for person, difference in self.changes[key].get(member, {}).items():
                self._note(key, withheld_in(part_of(member)), person, sign * difference)

    def part_of(self, dimension: str) -> Callable[[str], str]:
        """Where readers know a coarser figure: districts and cohorts lie in provinces."""
        if dimension == "cohort":
            return lambda member: self.provinces.get(member, member.removeprefix(ELSEWHERE))
        return DIMENSIONS[dimension].part_of or no_part

    def total(self, indicator: str) -> int:
        return self.counts[indicator, TOTAL].get(TOTAL, 0)

    def is_new(self, indicator: Indicator) -> bool:
        """Whether none of its lists was ever published."""
        return not any(self.public[indicator.id, dimension] for dimension in indicator.dimensions)

    def is_due(self, indicator: Indicator) -> bool:
        """Whether enough people changed since it was due. A change that was undone does not count."""
        changed = {
            person
            for dimension in indicator.dimensions
            for people in self.changes[indicator.id, dimension].values()
            for person in people
        }
        since = self.changes[indicator.id, TOTAL].get(TOTAL, {})
        return self.is_new(indicator) or len(changed & since.keys()) >= THRESHOLD


ELSEWHERE = "elsewhere than "
"""Before a province: the people of its cohorts who live in another one, less those of others' cohorts who live here."""


def decide_lists(people: People, indicators: Sequence[Indicator], names: Names) -> dict[str, Lists]:
    """Indicator → its breakdowns as they are public from now on."""
    due = {one.id for one in indicators if people.is_due(one)}
    new = {one.id for one in indicators if people.is_new(one)}
    listed = set(_listed(people, indicators))
    for indicator in due:
        people.changes[indicator, TOTAL].clear()
    coarser: dict[ListKey, tuple[set[str], set[str]]] = {}
    lists: dict[str, Lists] = {one.id: {} for one in indicators}
    for dimension in _from_coarse_to_fine(indicators):
        breakdowns = {
            one.id: _breakdown(people, one, dimension, names, one.id in due, one.id in new, coarser)
            for one in indicators
            if dimension in one.dimensions
        }
        for indicator, decision in _decided(dimension, _families(breakdowns, indicators), listed).items():
            people.settle((indicator, dimension), decision)
            coarser[indicator, dimension] = _withheld_and_held(people, (indicator, dimension))
            lists[indicator] |= {(dimension, member): figure for member, figure in decision.figures.items()}
    return lists


def _listed(people: People, indicators: Sequence[Indicator]) -> Iterator[str]:
    """The indicators with lists by what people are like: half of the people of the indicator that contains theirs.

    A smaller one would make the lists of the larger one withhold nearly everything. An indicator that has lists keeps
    them.
    """
    listed: set[str] = set()
    for one in indicators:
        container = people.total(one.within) if one.within else 0
        is_large = not container or (one.within in listed and 2 * people.total(one.id) >= container)
        if _has_lists(people, one) or (people.total(one.id) and is_large):
            listed.add(one.id)
            yield one.id


def _has_lists(people: People, indicator: Indicator) -> bool:
    secret = set(indicator.dimensions) - ON_THE_CALENDAR
    return any(figure.value for dimension in secret for figure in people.public[indicator.id, dimension].values())


def _from_coarse_to_fine(indicators: Sequence[Indicator]) -> list[str]:
    dimensions = dict.fromkeys(dimension for one in indicators for dimension in one.dimensions)
    return sorted(dimensions, key=lambda dimension: dimension != "province")


def _families(breakdowns: Mapping[str, Breakdown], indicators: Sequence[Indicator]) -> list[Mapping[str, Breakdown]]:
    """The breakdowns of each family: of people whom one indicator counts, and of those of them whom others count."""
    widest: dict[str, str] = {}
    for one in indicators:
        widest[one.id] = widest.get(one.within, one.within) if one.within else one.id
    return [
        {indicator: one for indicator, one in breakdowns.items() if widest[indicator] == family}
        for family in dict.fromkeys(widest.values())
    ]


def _decided(dimension: str, families: Iterable[Mapping[str, Breakdown]], listed: set[str]) -> dict[str, Decision]:
    """What is decided of each list. Those of one family are decided together, except on the calendar."""
    decided: dict[str, Decision] = {}
    for family in families:
        if dimension in ON_THE_CALENDAR:
            decided |= {indicator: decide({indicator: one})[indicator] for indicator, one in family.items()}
        else:
            decided |= {indicator: one.unseen() for indicator, one in family.items() if indicator not in listed}
            decided |= decide({indicator: one for indicator, one in family.items() if indicator in listed})
    return decided


def _withheld_and_held(people: People, key: ListKey) -> tuple[set[str], set[str]]:
    withheld = {member for member, figure in people.public[key].items() if figure == WITHHELD}
    return withheld, {place for place, changed in people.changes[key].items() if changed} - withheld


def _breakdown(
    people: People, indicator: Indicator, dimension: str, names: Names, due: bool, new: bool,
    coarser: Mapping[ListKey, tuple[set[str], set[str]]],
) -> Breakdown:  # fmt: skip
    key = (indicator.id, dimension)
    counts = complete(indicator, dimension, people.counts[key], names)
    part_of = people.part_of(dimension)
    closed, still = coarser.get((indicator.id, "province"), (set(), set())) if part_of is not no_part else ((), ())
    return Breakdown(
        counts=counts,
        public=people.public[key],
        changed=people.changes[key],
        due=due,
        is_new=new,
        secret=dimension not in ON_THE_CALENDAR,
        part_of=part_of,
        differences=_elsewhere(people, indicator.id, counts) if dimension == "cohort" else {},
        closed={member for member, count in counts.items() if count and part_of(member) in closed},
        still=_still_programmes(counts, people.total(indicator.id)) if dimension == PROGRAMME else still,
    )


def _elsewhere(people: People, indicator: str, cohorts: Mapping[str, int]) -> dict[str, int]:
    """By how much each province's cohorts differ from its people: who lives elsewhere could be few."""
    of_cohorts: defaultdict[str, int] = defaultdict(int)
    for cohort, count in cohorts.items():
        if province := people.provinces.get(cohort):
            of_cohorts[province] += count
    living = people.counts[indicator, "province"]
    return {
        f"{ELSEWHERE}{province}": abs(count - living.get(province, 0))
        for province, count in of_cohorts.items()
        if count
    }


def _still_programmes(counts: Mapping[str, int], total: int) -> set[str]:
    """The programmes that must not move: few are in no other one, or few are in several. The largest may be alone."""
    several = sum(counts.values()) - total
    smaller = sorted(counts, key=lambda programme: counts[programme])[:-1] if 0 < several < THRESHOLD else ()
    return {*smaller, *(programme for programme, count in counts.items() if 0 < total - count < THRESHOLD)}
