"""The public lists of an indicator: the total and each single dimension, complete and through the gate. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from services.reporting.counting.margins import Sums
from services.reporting.facts.domain import Names
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.members import listed
from services.reporting.indicators.slices import ALL, DIMENSIONS, TOTAL
from services.reporting.publishing.disclosure import Figure, gate

Lists = dict[tuple[str, str], Figure]
"""(dimension, member) → figure."""


def public_lists(indicator: Indicator, sums: Sums, names: Names, dimensions: Iterable[str]) -> Lists:
    """The public figures of the indicator by these dimensions, each list checked by itself."""
    counts, *bounds = (sums.get(measure, {}) for measure in indicator.measures)
    lists: Lists = {}
    for dimension in dimensions:
        counted = complete(indicator, dimension, counts.get(dimension, {}), names)
        part_of = None if dimension == TOTAL else DIMENSIONS[dimension].part_of
        for member, figure in gate(counted, of_people=indicator.of_people, part_of=part_of).items():
            limits = [bound.get(dimension, {}).get(member, 0) for bound in bounds]
            lists[dimension, member] = _with_bounds(figure, limits)
    return lists


def complete(indicator: Indicator, dimension: str, counts: Mapping[str, int], names: Names) -> dict[str, int]:
    """The list with a zero for each member of which there is no count."""
    return dict.fromkeys(_members(indicator, dimension, names), 0) | dict(counts)


def _members(indicator: Indicator, dimension: str, names: Names) -> tuple[str, ...]:
    return (TOTAL,) if dimension == TOTAL else listed(indicator, dimension, names)


def _with_bounds(figure: Figure, limits: Sequence[int]) -> Figure:
    return figure if figure.value is None or not limits else Figure(figure.value, figure.status, *limits)


def cell_id(indicator: str, dimension: str, member: str) -> str:
    """The permanent name of a public figure: `enrolled/all/district/060101`."""
    return f"{indicator}/{ALL}/{dimension}/{member}"
