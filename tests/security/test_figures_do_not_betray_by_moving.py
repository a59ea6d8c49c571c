"""An anonymous reader who writes down everything public while people come and go one by one learns nobody's attribute.

Afterwards an integer program looks for all populations that agree with what was public. What they all have in common is
what the reader knows.
"""

import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import numpy
import pytest
from scipy.optimize import LinearConstraint, milp

from chassis.store.database import Pool
from contracts.event import AgeBand, Ethnicity, Event, MotherTongue, OrganizationType, Sex
from services.reporting.app import service
from services.reporting.counting.margins import Margin
from services.reporting.indicators.registry import PEOPLE
from services.reporting.indicators.slices import TOTAL
from services.reporting.publishing.people import People, decide_lists
from services.reporting.publishing.service import Change, PublicFigure, changes_after
from services.reporting.resources import ReportingResources
from services.reporting.tests import stories
from services.reporting.tests.stories import an_id
from services.reporting.tests.worker_steps import fold_count_publish
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving

NUMBER = 200
SHEET, STEPS = 150, 160
SMALL = range(1, 10)
COHORTS = {an_id(0x20): "0601", an_id(0x21): "0602", an_id(0x22): "0603"}
"""Cohort → its province."""

NAMES = {"programme": {"P": "PECJA0001"}, "cohort": {str(cohort): province for cohort, province in COHORTS.items()}}
ALIKE = {TOTAL: TOTAL, "programme": "P", "month": "2025-05", "kind": "training"}
"""In which member of these dimensions everybody is."""

Counted = Mapping[str, Set[int]]
"""Indicator → the numbers of the people who are counted in it."""

Value = tuple[str, ...]
"""What the reader wants to know of a person: one member of each dimension of an attribute."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """Dimensions that readers can compare: a member of each follows from the value."""

    values: tuple[Value, ...]
    members: Mapping[str, Callable[[Value], str]]


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the events tell, and whether they come to a session at once."""

    number: int
    values: Mapping[str, Value]
    attends: bool

    @property
    def members(self) -> Mapping[str, str]:
        """Dimension → the person's member."""
        own = {
            dimension: member_of(self.values[name])
            for name, attribute in ATTRIBUTES.items()
            for dimension, member_of in attribute.members.items()
        }
        return ALIKE | own


DISTRICTS = {
    "060101": 30, "060102": 8, "060103": 7, "060104": 3, "060105": 2, "060201": 16, "060202": 9, "060203": 1,
    "060301": 14, "060302": 7, "060303": 2, "060304": 1,
}  # fmt: skip
"""District → its weight."""

WEIGHTS: dict[str, dict[str, int]] = {
    "sex": dict(zip(Sex, (60, 38, 1, 1), strict=True)),
    "age_band": dict(zip(AgeBand, (4, 38, 34, 18, 4, 2), strict=True)),
    "mother_tongue": dict(zip(MotherTongue, (84, 12, 1, 2, 1), strict=True)),
    "ethnicity": dict(zip(Ethnicity, (77, 13, 1, 2, 2, 1, 4), strict=True)),
    "organization_type": dict(zip(OrganizationType, (30, 20, 15, 10, 8, 6, 4, 3, 2, 2), strict=True)),
}
"""Member → its weight."""

ATTRIBUTES = {
    **{
        name: Attribute(tuple((member,) for member in weights), {name: lambda value: value[0]})
        for name, weights in WEIGHTS.items()
    },
    "place": Attribute(
        tuple((district, str(cohort)) for district in DISTRICTS for cohort in COHORTS),
        {
            "district": lambda value: value[0],
            "province": lambda value: value[0][:4],
            "cohort": lambda value: value[1],
        },
    ),
}


def a_population(seed: int, size: int = NUMBER) -> list[Person]:
    """People as they come, most of one kind, one in twenty in a cohort of another province."""
    chance = random.Random(seed)
    drawn = {name: chance.choices(list(weights), list(weights.values()), k=size) for name, weights in WEIGHTS.items()}
    districts = chance.choices(list(DISTRICTS), list(DISTRICTS.values()), k=size)
    cohorts = [
        chance.choice(list(COHORTS))
        if chance.random() < 0.05
        else next(cohort for cohort, province in COHORTS.items() if district.startswith(province))
        for district in districts
    ]
    return [
        Person(
            number,
            {
                **{name: (members[number],) for name, members in drawn.items()},
                "place": (districts[number], str(cohorts[number])),
            },
            chance.random() < 0.7,
        )
        for number in range(size)
    ]


def events_of(person: Person) -> Iterator[Event]:
    """Consent, enrollment and, perhaps, a session."""
    someone = an_id(0x1000 + person.number)
    district, cohort = person.values["place"]
    profile: dict[str, Any] = {name: person.values[name][0] for name in WEIGHTS} | {"district": district}
    cohort_id = next(one for one in COHORTS if str(one) == cohort)
    yield stories.a_consent(someone)
    yield stories.an_enrollment(someone, cohort=cohort_id, **profile)
    if person.attends:
        yield stories.an_attendance(someone, an_id(0x30), cohort_id=cohort_id, profile=stories.a_profile(**profile))


@pytest.fixture
async def site(fresh_databases: FreshDatabases) -> AsyncIterator[Site[ReportingResources]]:
    async with serving(service, fresh_databases.variables("reporting")) as served:
        yield served


async def everything_public(pool: Pool, people: Sequence[Person]) -> list[list[Change]]:
    """The changes that the stream sends after each person, from `since=0` on; first those before anybody came."""
    cohorts = [stories.a_cohort(cohort, name=province) for cohort, province in COHORTS.items()]
    office = [one.model_copy(update={"province": COHORTS[one.cohort_id]}) for one in cohorts]
    await fold_count_publish(pool, stories.a_programme(), *office)
    seen: list[list[Change]] = [await changes_after(pool, 0, 100_000)]
    for person in people:
        await fold_count_publish(pool, *events_of(person))
        seen.append(await changes_after(pool, seen_up_to(seen), 100_000))
    return seen


def seen_up_to(seen: Sequence[Sequence[Change]]) -> int:
    return max(change.sequence for changes in seen for change in changes)


async def test_lists_and_totals_are_what_the_stream_told(site: Site[ReportingResources]) -> None:
    """So a reader of the stream misses nothing that other readers see."""
    seen = await everything_public(site.resources.pool, a_population(1)[:60])
    newest = {(one.indicator, one.dimension, one.member): one for changes in seen for one in changes}
    async with site.browser() as anybody:
        for indicator in PEOPLE:
            for dimension in (TOTAL, *indicator.dimensions):
                by = "" if dimension == TOTAL else f"?by={dimension}"
                for row in (await anybody.get(f"/api/indicators/{indicator.id}{by}")).json()["rows"]:
                    told = newest[indicator.id, dimension, row.get(dimension, TOTAL)]
                    assert (row["value"], row["status"]) == (told.value, told.status)


@pytest.mark.parametrize("seed", [1, 2])
async def test_who_watches_everybody_enroll_learns_nobodys_attribute(site: Site[ReportingResources], seed: int) -> None:
    people = a_population(seed)
    seen = await everything_public(site.resources.pool, people)
    assert {one.value for one in seen[-1] if (one.indicator, one.dimension) == ("enrolled", TOTAL)} == {NUMBER}
    learn_nothing(people, seen, [everybody_of(people[:number]) for number in range(NUMBER + 1)])


@pytest.mark.parametrize("seed", [2, 3])
def test_who_watches_everybody_come_and_go_learns_nobodys_attribute(seed: int) -> None:
    """In any order people come, withdraw, return, complete, are corrected to absent, and are merged with others."""
    people = a_population(seed, SHEET + STEPS)
    counted = list(comings_and_goings(people, random.Random(seed)))
    learn_nothing(people, everything_decided(people, counted), counted)


def everybody_of(people: Sequence[Person]) -> dict[str, set[int]]:
    """What is counted once these people have enrolled and, perhaps, attended; nobody has completed."""
    attending = {person.number for person in people if person.attends}
    return {
        "enrolled": {person.number for person in people},
        "attendees": attending,
        "attended": attending,
        "trained": set(),
    }


def comings_and_goings(people: Sequence[Person], chance: random.Random) -> Iterator[Counted]:
    """What is counted after a sheet of people, and after each of the steps."""
    kinds = [*["comes"] * 4, *["withdraws"] * 2, "returns", "completes", "was absent", "is merged"]
    counted, number = everybody_of(people[:SHEET]), SHEET
    yield counted
    for _ in range(STEPS):
        counted = {indicator: set(numbers) for indicator, numbers in counted.items()}
        enrolled, gone = counted["enrolled"], set(range(number)) - counted["enrolled"]
        anybody, whoever_left = chance.choice(sorted(enrolled)), chance.choice(sorted(gone) or [number])
        match chance.choice(kinds):
            case "withdraws":
                enrolled.remove(anybody)
            case "returns" if gone:
                enrolled.add(whoever_left)
            case "completes" if anybody in counted["attendees"]:
                counted["trained"].add(anybody)
            case "was absent":
                counted = {one: numbers - {anybody} for one, numbers in counted.items()} | {"enrolled": enrolled}
            case "is merged":
                counted = {one: numbers - {anybody} for one, numbers in counted.items()}
            case _:
                counted = {one: numbers | everybody_of([people[number]])[one] for one, numbers in counted.items()}
                number += 1
        yield counted


def everything_decided(people: Sequence[Person], counted: Sequence[Counted]) -> list[list[PublicFigure]]:
    """The figures of the lists that change with each step."""
    family = People(defaultdict(dict), defaultdict(dict), defaultdict(dict), NAMES["cohort"])
    seen = []
    for before, now in pairwise([everybody_of([]), *counted]):
        for person in people:
            family.add(an_id(0x1000 + person.number), dict(difference(person, before, now)))
        public = {key: dict(figures) for key, figures in family.public.items()}
        decide_lists(family, PEOPLE, NAMES)
        seen.append(
            [
                PublicFigure(indicator=indicator, dimension=dimension, member=member, **asdict(figure))
                for (indicator, dimension), figures in family.public.items()
                for member, figure in figures.items()
                if public.get((indicator, dimension), {}).get(member) != figure
            ]
        )
    return seen


def difference(person: Person, before: Counted, now: Counted) -> Iterator[tuple[Margin, int]]:
    """What the person adds now, less what they added before. Nobody here is on a list of a past cohort."""
    for indicator in PEOPLE:
        sign = (person.number in now.get(indicator.id, ())) - (person.number in before.get(indicator.id, ()))
        if sign:
            for dimension in (TOTAL, *indicator.dimensions):
                yield Margin(indicator.id, dimension, person.members[dimension]), sign


def learn_nothing(people: Sequence[Person], seen: Sequence[Sequence[PublicFigure]], counted: Sequence[Counted]) -> None:
    """Asserts that no attribute of a person, and no small cell, follows from all that was seen."""
    attacks = [Attack(name, people, seen, counted) for name in ATTRIBUTES]
    moves = [len({step for step, _ in attack.moved}) for attack in attacks]
    assert sum(moves) > 2 * len(attacks), "the lists hardly moved, so little was tried"
    for attack in attacks:
        assert next(attack.pinned_people(), None) is None
        assert next(attack.pinned_cells(), None) is None


class Attack:
    """What follows from the public figures about one attribute.

    People who are counted alike whenever a list moves are alike for the reader, who sees everybody come and go by the
    totals. The unknowns are how many of such a group have each value.
    """

    def __init__(
        self, name: str, people: Sequence[Person], seen: Sequence[Sequence[PublicFigure]], counted: Sequence[Counted]
    ) -> None:
        self.name, self.attribute, self.people, self.counted = name, ATTRIBUTES[name], people, counted
        self.moved = [
            (step, figure)
            for step, figures in enumerate(seen)
            for figure in figures
            if figure.indicator in counted[step]
            and figure.dimension in self.attribute.members
            and self._tells_of_now(figure, step)
        ]
        last = len(counted) - 1
        self.looks = sorted(
            {(step, figure.indicator) for step, figure in self.moved} | {(last, "enrolled"), (last, "attendees")}
        )
        alike = defaultdict(list)
        for person in people:
            alike[tuple(person.number in counted[step][indicator] for step, indicator in self.looks)].append(person)
        self.groups = list(alike.values())
        self.constraints = LinearConstraint(*self._rows())
        self.populations: list[Any] = []

    def _tells_of_now(self, figure: PublicFigure, step: int) -> bool:
        """Whether the figure is what is counted. One that returns says again what it said before it was withheld."""
        own = [person for person in self.people if person.number in self.counted[step][figure.indicator]]
        return figure.value == sum(person.members[figure.dimension] == figure.member for person in own)

    def _rows(self) -> tuple[Any, Any, Any]:
        rows = [(self._row(lambda group, _value, one=one: group is one), len(one)) for one in self.groups]  # type: ignore[misc]
        rows += [
            (self._counted(step, figure.indicator, figure.dimension, figure.member), figure.value or 0)
            for step, figure in self.moved
        ]
        matrix, numbers = numpy.array([row for row, _ in rows]), [number for _, number in rows]
        return matrix, numbers, numbers

    def _row(self, includes: Callable[[list[Person], Value], bool]) -> Any:
        return numpy.array([float(includes(group, value)) for group in self.groups for value in self.attribute.values])

    def _counted(self, step: int, indicator: str, dimension: str, member: str) -> Any:
        """The people who are counted in the cell after the step."""
        member_of, numbers = self.attribute.members[dimension], self.counted[step][indicator]
        return self._row(lambda group, value: group[0].number in numbers and member_of(value) == member)

    def is_pinned(self, row: Any, number: int) -> bool:
        """Whether a sum is this number in every population that agrees with what was public."""
        if any(round(row @ population) != number for population in self.populations):
            return False
        least, most = (
            milp(sign * row, constraints=self.constraints, integrality=numpy.ones_like(row)) for sign in (1, -1)
        )
        assert least.success, "the public figures contradict each other"
        assert most.success
        self.populations += [least.x, most.x]
        return bool(round(least.fun) == round(-most.fun))

    def pinned_people(self) -> Iterator[str]:
        """Groups who must all have one member of a dimension. Only those can be who have, in truth."""
        for dimension, member_of in self.attribute.members.items():
            for group in self.groups:
                members = {person.members[dimension] for person in group}
                row = self._row(lambda one, value: one is group and member_of(value) in members)  # noqa: B023
                if len(members) == 1 and self.is_pinned(row, len(group)):
                    yield f"{len(group)} people, from number {group[0].number}: {dimension} is {members}"

    def pinned_cells(self) -> Iterator[str]:
        """Cells of one to nine whose count follows, at any time when a list moved."""
        for step, indicator in self.looks:
            numbers = self.counted[step][indicator]
            for dimension in self.attribute.members:
                counts = Counter(person.members[dimension] for person in self.people if person.number in numbers)
                for member, count in counts.items():
                    if count in SMALL and self.is_pinned(self._counted(step, indicator, dimension, member), count):
                        yield f"{dimension} {member} of {indicator} is {count} after {step} steps"
