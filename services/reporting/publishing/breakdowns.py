"""Breakdowns of people: the lists of the indicators that count people, which must not betray anybody by moving. Pure.

The total of an indicator is live, so everybody sees when a person is counted. The lists tell what the person is like,
so they move now and then, all lists by one dimension together:

- An indicator is due when at least ten people changed in it since it was due last. So no move follows from one person.
- A figure moves when ten people changed in it since it moved last. What changed in a list is a list of people itself
  and passes the same gate: a member whose change would be withheld is held, which means that it keeps its figure.
- A secret list moves only if people changed in at least two places of it, or a crowd in one; else it would tell what
  each of a few is.
- A member that is withheld stays so until it has twenty people. Where one indicator withholds it, all do. Where fewer
  than ten people changed since it was shown, it returns with the figure that readers know.
"""

from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import dataclass, field
from uuid import UUID

from contracts.disclosure import THRESHOLD
from contracts.reporting import CellStatus
from services.reporting.publishing.disclosure import WITHHELD, Figure, withheld_in_all

SHOWN_FROM = 2 * THRESHOLD
"""A member that was withheld is shown from so many people on."""

CROWD = 5 * THRESHOLD
"""So many people may be told to be of one kind, such as those of a province's sheet."""

Changed = Mapping[str, Mapping[UUID, int]]
"""Place → person → the difference that the public figures lack. A place is a member, or `withheld_in` a part."""


def withheld_in(part: str) -> str:
    """The place of all withheld members of a part: readers may know their sum."""
    return f"withheld in {part}" if part else "withheld"


def no_part(_member: str) -> str:
    """The part of every member of a list that has no coarser one."""
    return ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A list for the public, and the places whose changes it contains."""

    figures: Mapping[str, Figure]
    settled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """One list of one indicator, as it is counted and as it is public.

    `counts` is the complete list; `public` is what was published of it, and `is_new` whether nothing of its indicator
    was. `secret`: whether a reader cannot know without the list in which member somebody is counted. A list that is not
    secret, by programme or month, hides a small newcomer without withholding the figures that readers came for.
    `differences` are counts that follow from this list and other public ones; they are protected like members.
    `closed` members would give away a coarser member that is withheld. `still` members or parts keep their figures.
    """

    counts: Mapping[str, int]
    public: Mapping[str, Figure] = field(default_factory=dict)
    changed: Changed = field(default_factory=dict)
    due: bool = True
    is_new: bool = False
    secret: bool = True
    part_of: Callable[[str], str] = no_part
    differences: Mapping[str, int] = field(default_factory=dict)
    closed: Collection[str] = ()
    still: Collection[str] = ()

    def is_withheld(self, member: str) -> bool:
        """Whether the public sees that there is a figure that it does not see."""
        return self.public.get(member) == WITHHELD

    def shown(self, member: str) -> int:
        """The figure that the public sees; 0 for a member without one."""
        return (member in self.public and self.public[member].value) or 0

    def known(self, member: str) -> int:
        """The figure with which a withheld member was shown last; 0 for one that never was."""
        return self.counts[member] - sum(self.changed.get(member, {}).values())

    def keeps(self, member: str) -> bool:
        """Whether a withheld member may be shown again with the figure that readers know."""
        return min(self.known(member), self.counts[member]) >= SHOWN_FROM

    def must_withhold(self, member: str) -> bool:
        """Whether the member's figure is too small to be shown, or would give away a coarser one."""
        if member in self.closed:
            return True
        if self.is_withheld(member):
            return not (self.keeps(member) or (self.due and self._is_large(member)))
        return self.due and 0 < self.counts[member] < THRESHOLD

    def _is_large(self, member: str) -> bool:
        """Whether a member that is withheld may be shown again; so may one that has nobody any more."""
        count, people = self.counts[member], self.changed.get(member, {})
        return count == 0 or (count >= SHOWN_FROM and len(people) >= THRESHOLD)

    def withheld_with(self, hidden: Set[str]) -> frozenset[str]:
        """The members that this list withholds if `hidden` are withheld already."""
        hiding = frozenset(hidden & self.counts.keys())
        if self.secret or self.is_new:
            counts = {member: self._count_to_protect(member) for member in self.counts}
            hiding = frozenset(
                withheld_in_all({**counts, **self.differences}, hiding, self.part_of) & self.counts.keys()
            )
        return frozenset(hiding | {member for member in self.held_with(hiding) if self._has_nothing_to_keep(member)})

    def _count_to_protect(self, member: str) -> int:
        is_counted = self.due or self.is_withheld(member)
        return self.counts[member] if is_counted else self.shown(member)

    def _has_nothing_to_keep(self, member: str) -> bool:
        if not self.due or not self.counts.get(member):
            return False
        return not (self.keeps(member) if self.is_withheld(member) else self.shown(member))

    def held_with(self, hidden: Collection[str]) -> frozenset[str]:
        """The places that must not move: their figures, or the sums of what is withheld, stay as they are."""
        people = self.people_changed(hidden)
        changed = [place for place, number in people.items() if number]
        is_alone = self.secret and len(changed) == 1 < len(self.counts)
        if not self.due or (is_alone and people[changed[0]] < CROWD):
            return frozenset(people)
        parts = {withheld_in(part): part for part in map(self.part_of, self.counts)}

        def part_of(place: str) -> str:
            return parts[place] if place in parts else self.part_of(place)

        still = [place for place in people if place in self.still or part_of(place) in self.still]
        return withheld_in_all(people, still, part_of)

    def people_changed(self, hidden: Collection[str]) -> dict[str, int]:
        """The number of people who changed in each place, if these members are withheld."""
        places: dict[str, set[UUID]] = {}
        for member in self.counts:
            place = withheld_in(self.part_of(member)) if member in hidden else member
            people = places.setdefault(place, set(self.changed.get(place, ())))
            if not self.is_withheld(member):
                people.update(self.changed.get(member, ()))
        return {place: len(people) for place, people in places.items()}

    def moves_with(self, hidden: Collection[str]) -> bool:
        """Whether a figure moves, or has to be withheld at once."""
        held = self.held_with(hidden)
        moved = any(number and place not in held for place, number in self.people_changed(hidden).items())
        returned = any(self.is_withheld(member) and member not in hidden for member in self.counts)
        return self.is_new or moved or returned or any(map(self.shown, self.closed))

    def moved(self, hidden: Collection[str]) -> Decision:
        """The list with these members withheld, and every figure that may move as it is counted."""
        held = self.held_with(hidden)
        figures = {member: self._figure(member, hidden, held) for member in self.counts}
        settled = self.people_changed(hidden).keys() - held
        return Decision({member: figure for member, figure in figures.items() if figure}, frozenset(settled))

    def _figure(self, member: str, hidden: Collection[str], held: Collection[str]) -> Figure | None:
        """None for a small newcomer, such as a month, that a list which is not secret does not mention yet."""
        if member in hidden:
            is_mentioned = self.secret or self.is_new or member in self.public
            return WITHHELD if is_mentioned or withheld_in(self.part_of(member)) not in held else None
        if member not in held:
            return _published(self.counts[member])
        if self.is_withheld(member):
            return _published(self.known(member))
        return self.public.get(member, None if self.counts[member] else _published(0))

    def unmoved(self, hidden: Collection[str]) -> Decision:
        """The list as it is public, with the members that came and have nobody yet, and without what is withheld."""
        empty = {member: _published(0) for member, count in self.counts.items() if not count}
        return Decision(empty | dict(self.public) | dict.fromkeys(hidden if self.secret else (), WITHHELD))

    def unseen(self) -> Decision:
        """The list of an indicator that has no lists yet: it tells only whether nobody is counted at all."""
        return Decision(dict.fromkeys(self.counts, WITHHELD if any(self.counts.values()) else _published(0)))


def decide(breakdowns: Mapping[str, Breakdown]) -> dict[str, Decision]:
    """Indicator → its list by one dimension. The figures of the lists move together, or none does."""
    hidden = _withheld_in_each(breakdowns.values())
    moving = any(one.moves_with(hidden & one.counts.keys()) for one in breakdowns.values())
    return {
        indicator: (one.moved if moving else one.unmoved)(hidden & one.counts.keys())
        for indicator, one in breakdowns.items()
    }


def _withheld_in_each(breakdowns: Collection[Breakdown]) -> frozenset[str]:
    """The members that all the lists withhold: what one of them has to hide, the others would nearly tell."""
    hidden = frozenset(member for one in breakdowns for member in one.counts if one.must_withhold(member))
    while (more := hidden.union(*(one.withheld_with(hidden) for one in breakdowns))) != hidden:
        hidden = more
    return hidden


def _published(count: int) -> Figure:
    return Figure(count, CellStatus.PUBLISHED)
