"""Margins: what the public lists show of the cells, the total and each single dimension. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from services.reporting.indicators.registry import INDICATORS
from services.reporting.indicators.slices import ALL, PROGRAMME, TOTAL, Cell, Margin, Slice

ADDITIVE = {measure for one in INDICATORS.values() for measure in one.measures if one.additive}
OVER_PROGRAMMES = {measure for one in INDICATORS.values() for measure in one.measures if one.over_programmes}


def margins(amounts: Iterable[tuple[Cell, int]]) -> Counter[Margin]:
    """What these amounts, or differences, in cells are in the public lists; a cell may come several times.

    Estimates are kept for each list by itself, and not added up across: those of one dimension are in its list alone.
    """
    sums: Counter[Margin] = Counter()
    placed: defaultdict[tuple[str, bool], list[tuple[Slice, int]]] = defaultdict(list)
    for cell, amount in amounts:
        is_summand = cell.measure in ADDITIVE or cell.slice == Slice(cell.slice.month)
        if cell.scope != ALL and is_summand:
            sums[Margin(cell.measure, PROGRAMME, cell.scope)] += amount
        if cell.scope == ALL or cell.measure in OVER_PROGRAMMES:
            placed[cell.measure, is_summand].append((cell.slice, amount))
    for (measure, are_summands), slices in placed.items():
        if are_summands:
            sums[Margin(measure, TOTAL, TOTAL)] += sum(amount for _, amount in slices)
        dimensions = [field for field in Slice._fields if are_summands or field != "month"]
        sums.update(_by_dimension(measure, dimensions, slices))
    return sums


def _by_dimension(measure: str, dimensions: list[str], slices: list[tuple[Slice, int]]) -> dict[Margin, int]:
    """One dimension after the other, as there are many slices and few dimensions."""
    sums: dict[Margin, int] = {}
    for dimension in dimensions:
        position = Slice._fields.index(dimension)
        members: defaultdict[str | None, int] = defaultdict(int)
        for place, amount in slices:
            members[place[position]] += amount
        sums |= {Margin(measure, dimension, member): n for member, n in members.items() if member is not None}
    return sums
