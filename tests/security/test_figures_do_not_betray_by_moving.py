"""An anonymous reader who writes down everything public while people enroll one by one learns nobody's attribute.

Afterwards an integer program looks for all populations that agree with what was public. What they all have in common is
what the reader knows.
"""

import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy
import pytest
from scipy.optimize import LinearConstraint, milp

from chassis.store.database import Pool
from contracts.event import AgeBand, Ethnicity, Event, MotherTongue, OrganizationType, Sex
from services.reporting.app import service
from services.reporting.indicators.registry import PEOPLE
from services.reporting.indicators.slices import TOTAL
from services.reporting.publishing.service import Change, changes_after
from services.reporting.resources import ReportingResources
from services.reporting.tests import stories
from services.reporting.tests.stories import an_id
from services.reporting.tests.worker_steps import fold_count_publish
from tests.support.databases import FreshDatabases
from tests.support.sites import Site, serving

NUMBER = 200
SMALL = range(1, 10)
COHORTS = {an_id(0x20): "0601", an_id(0x21): "0602", an_id(0x22): "0603"}
"""Cohort → its province."""

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


def a_population(seed: int) -> list[Person]:
    """People as they come, most of one kind, one in twenty in a cohort of another province."""
    chance = random.Random(seed)
    drawn = {name: chance.choices(list(weights), list(weights.values()), k=NUMBER) for name, weights in WEIGHTS.items()}
    districts = chance.choices(list(DISTRICTS), list(DISTRICTS.values()), k=NUMBER)
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
        for number in range(NUMBER)
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
    attacks = [Attack(name, attribute, people, seen) for name, attribute in ATTRIBUTES.items()]
    moves = [len({number for number, _ in attack.moved}) for attack in attacks]
    assert sum(moves) > 2 * len(attacks), "the lists hardly moved, so little was tried"
    for attack in attacks:
        assert next(attack.pinned_people(), None) is None
        assert next(attack.pinned_cells(), None) is None


class Attack:
    """What follows from the public figures about one attribute.

    People between two moves of its lists are alike for the reader, but for whether they attend, which the totals tell.
    The unknowns are how many of such a group have each value.
    """

    def __init__(self, name: str, attribute: Attribute, people: Sequence[Person], seen: Sequence[Sequence[Change]]):
        self.attribute, self.people, self.name = attribute, people, name
        self.moved = [
            (number, change)
            for number, changes in enumerate(seen)
            for change in changes
            if change.dimension in attribute.members and change.value is not None and number
        ]
        ends = sorted({0, *(number for number, _ in self.moved), len(people)})
        self.groups = [
            group
            for first, last in pairwise(ends)
            for attends in (False, True)
            if (group := [person for person in people[first:last] if person.attends is attends])
        ]
        self.constraints = LinearConstraint(*self._rows())

    def _rows(self) -> tuple[Any, Any, Any]:
        rows = [(self._row(lambda group, _value, one=one: group is one), len(one)) for one in self.groups]  # type: ignore[misc]
        rows += [(self._counted(change, number), change.value or 0) for number, change in self.moved]
        matrix, numbers = numpy.array([row for row, _ in rows]), [number for _, number in rows]
        return matrix, numbers, numbers

    def _row(self, includes: Callable[[list[Person], Value], bool]) -> Any:
        return numpy.array([float(includes(group, value)) for group in self.groups for value in self.attribute.values])

    def _counted(self, cell: Change, number: int) -> Any:
        """The people of the first `number` who are counted in the cell."""
        member_of = self.attribute.members[cell.dimension]
        return self._row(
            lambda group, value: (
                group[0].number < number
                and (cell.indicator == "enrolled" or group[0].attends)
                and member_of(value) == cell.member
            )
        )

    def bounds(self, row: Any) -> tuple[int, int]:
        """The least and the most that a sum can be, if everything public is true."""
        least, most = (
            milp(sign * row, constraints=self.constraints, integrality=numpy.ones_like(row)) for sign in (1, -1)
        )
        assert least.success, "the public figures contradict each other"
        assert most.success
        return round(least.fun), round(-most.fun)

    def pinned_people(self) -> Iterator[str]:
        """Groups who must all have one member of a dimension. Only those can be who have, in truth."""
        for dimension, member_of in self.attribute.members.items():
            for group in self.groups:
                members = {member_of(person.values[self.name]) for person in group}
                if len(members) == 1:
                    row = self._row(lambda one, value: one is group and member_of(value) in members)  # noqa: B023
                    if self.bounds(row)[0] == len(group):
                        yield f"{len(group)} people, from number {group[0].number}: {dimension} is {members}"

    def pinned_cells(self) -> Iterator[str]:
        """Cells of one to nine whose count follows, at any time when a list moved."""
        times = sorted({number for number, _ in self.moved} | {len(self.people)})
        for number in times:
            for dimension, member_of in self.attribute.members.items():
                counts = Counter(member_of(person.values[self.name]) for person in self.people[:number])
                for member in (member for member, count in counts.items() if count in SMALL):
                    row = self._row(
                        lambda group, value: group[0].number < number and member_of(value) == member  # noqa: B023
                    )
                    least, most = self.bounds(row)
                    if least == most:
                        yield f"{dimension} {member} is {least} after {number} people"
