"""Disclosure control: the one gate in front of every public number.

It withholds every count of 1 to 9 people (or of what people did). It never withholds one count alone in its list,
because the total minus the others would give it away, nor one alone in its province, whose total is public too. So what
is withheld also adds up to 10 or more wherever the list allows it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from contracts.disclosure import THRESHOLD
from contracts.reporting import CellStatus


@dataclass(frozen=True, slots=True)
class Figure:
    """A public number, or the reason why there is none. `lower` and `upper` bound an estimate."""

    value: int | None
    status: CellStatus
    lower: int | None = None
    upper: int | None = None


WITHHELD = Figure(None, CellStatus.SUPPRESSED)
NO_DATA = Figure(None, CellStatus.NO_DATA)


def gate(
    counts: Mapping[str, int], *, of_people: bool, part_of: Callable[[str], str] | None = None
) -> dict[str, Figure]:
    """A list as the public may see it; `counts` is the complete list, with the members that have nothing.

    `part_of` names the member of a coarser public list that contains a member, such as a district's province.
    """
    hidden = withheld_in_all(counts, part_of=part_of) if of_people else frozenset()
    shown = {member: Figure(count, CellStatus.PUBLISHED) for member, count in counts.items()}
    return shown | dict.fromkeys(hidden, WITHHELD)


def withheld_in_all(
    counts: Mapping[str, int], already: Collection[str] = (), part_of: Callable[[str], str] | None = None
) -> frozenset[str]:
    """The members to withhold, so that neither the total nor the coarser member of any part gives one of them away."""
    return withheld(counts, _withheld_in_parts(counts, already, part_of) if part_of else already)


def withheld(counts: Mapping[str, int], already: Collection[str] = ()) -> frozenset[str]:
    """The members whose count must not be shown: the small ones, and the next smallest until they hide each other.

    A zero hides nothing and is shown, unless a single count has no other count to be hidden with. A larger count that
    is withheld `already` needs no other one where another is shown.
    """
    by_size = sorted(counts, key=lambda member: (counts[member] == 0, counts[member], member))
    hidden = [member for member in by_size if member in already or 0 < counts[member] < THRESHOLD]
    for member in [member for member in by_size if member not in hidden]:
        if not _needs_another(sum(counts[one] for one in hidden), len(hidden), counts[member]):
            break
        hidden.append(member)
    return frozenset(hidden)


def _needs_another(together: int, number: int, following: int) -> bool:
    """Whether the counts that are withheld need the following one to be hidden with."""
    if not together:
        return False
    return (together < THRESHOLD and following > 0) or (number == 1 and (together < THRESHOLD or not following))


def _withheld_in_parts(
    counts: Mapping[str, int], already: Collection[str], part_of: Callable[[str], str]
) -> frozenset[str]:
    """What each coarser member withholds of its parts: its own public count must give none of them away."""
    parts: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for member, count in counts.items():
        parts[part_of(member)][member] = count
    return frozenset(member for counts_of_part in parts.values() for member in withheld(counts_of_part, already))


def over_months(total: Figure, months: Mapping[str, Figure], first: str, last: str) -> Figure:
    """The total of the months from `first` to `last`, from the public list of months and the public total.

    It is withheld if it would distinguish some withheld months from others: it must contain none of them, or all.
    """
    if total.value is None:
        return total
    inside = {month for month in months if first <= month <= last}
    hidden = {month for month, figure in months.items() if figure.status is CellStatus.SUPPRESSED}
    if not hidden & inside:
        return _combined([(1, months[month]) for month in inside])
    if not hidden <= inside:
        return WITHHELD
    rest = _combined([(1, total), *((-1, figure) for month, figure in months.items() if month not in inside)])
    return WITHHELD if 0 < (rest.value or 0) < THRESHOLD else rest


def _combined(signed: list[tuple[int, Figure]]) -> Figure:
    """The sum of published figures, each with its sign."""
    value = sum(sign * (figure.value or 0) for sign, figure in signed)
    lower = _combined_bounds([(sign, figure.lower) for sign, figure in signed])
    upper = _combined_bounds([(sign, figure.upper) for sign, figure in signed])
    return Figure(value, CellStatus.PUBLISHED, lower, upper)


def _combined_bounds(signed: list[tuple[int, int | None]]) -> int | None:
    bounds = [sign * bound for sign, bound in signed if bound is not None]
    return sum(bounds) if bounds else None
