"""Disclosure control: the one gate in front of every public number.

It withholds every count of 1 to 9 people (or of what people did), and never one alone in its list: whoever knows the
total could subtract; nor one alone in its province, whose total is public too. What is withheld therefore also adds up
to 10 or more wherever the list allows it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from contracts.reporting import CellStatus

THRESHOLD = 10


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
    counts: Mapping[str, int], *, of_people: bool, whole_of: Callable[[str], str] | None = None
) -> dict[str, Figure]:
    """A list as the public may see it; `counts` is the whole list, members with nothing included.

    `whole_of` names what a member is a part of, where that is public too: a district's province.
    """
    hidden = withheld(counts, _withheld_in_parts(counts, whole_of) if whole_of else ()) if of_people else frozenset()
    shown = {member: Figure(count, CellStatus.PUBLISHED) for member, count in counts.items()}
    return shown | dict.fromkeys(hidden, WITHHELD)


def withheld(counts: Mapping[str, int], already: Collection[str] = ()) -> frozenset[str]:
    """The members whose count must not be seen: the small ones, and the next smallest until they hide each other.

    Zeros hide nothing and stay, unless nothing else is there to keep a single small count company.
    """
    by_size = sorted(counts, key=lambda member: (counts[member] == 0, counts[member], member))
    hidden = [member for member in by_size if member in already or 0 < counts[member] < THRESHOLD]
    shown = [member for member in by_size if member not in hidden]
    for member in shown if hidden else ():
        enough = len(hidden) > 1 and (counts[member] == 0 or sum(counts[one] for one in hidden) >= THRESHOLD)
        if enough:
            break
        hidden.append(member)
    return frozenset(hidden)


def _withheld_in_parts(counts: Mapping[str, int], whole_of: Callable[[str], str]) -> frozenset[str]:
    """What each whole must not show of its parts, so that nobody subtracts the others from its own public count."""
    wholes: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for member, count in counts.items():
        wholes[whole_of(member)][member] = count
    return frozenset(member for parts in wholes.values() for member in withheld(parts))


def over_months(total: Figure, months: Mapping[str, Figure], first: str, last: str) -> Figure:
    """The total of the months from `first` to `last`, out of the public list of months and the public total.

    It is withheld if it would tell some withheld months from others: it must contain none of them, or all.
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
    """Published figures added up, each with its sign."""
    value = sum(sign * (figure.value or 0) for sign, figure in signed)
    lower = _bounds([(sign, figure.lower) for sign, figure in signed])
    upper = _bounds([(sign, figure.upper) for sign, figure in signed])
    return Figure(value, CellStatus.PUBLISHED, lower, upper)


def _bounds(signed: list[tuple[int, int | None]]) -> int | None:
    known = [sign * bound for sign, bound in signed if bound is not None]
    return sum(known) if known else None
