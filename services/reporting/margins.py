"""Margins: what the public lists show of the cells, the total and each single dimension. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from services.reporting.indicators import INDICATORS
from services.reporting.slices import ALL, PROGRAMME, TOTAL, Cell, Margin, Slice

ADDITIVE = {measure: indicator.additive for indicator in INDICATORS.values() for measure in indicator.measures}


def margins(amounts: Mapping[Cell, int]) -> Counter[Margin]:
    """What these amounts, or differences, in cells are in the public lists.

    Estimates are kept for each list by itself, and not added up across: those of one dimension are in its list alone.
    """
    sums: Counter[Margin] = Counter()
    placed: defaultdict[tuple[str, bool], list[tuple[Slice, int]]] = defaultdict(list)
    for cell, amount in amounts.items():
        is_summand = ADDITIVE[cell.measure] or cell.slice == Slice(cell.slice.month)
        if is_summand:
            whole = (TOTAL, TOTAL) if cell.scope == ALL else (PROGRAMME, cell.scope)
            sums[Margin(cell.measure, *whole)] += amount
        if cell.scope == ALL:
            placed[cell.measure, is_summand].append((cell.slice, amount))
    for (measure, has_month), slices in placed.items():
        dimensions = [field for field in Slice._fields if has_month or field != "month"]
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
