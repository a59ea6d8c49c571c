"""Margins: the sums of the cells that public lists show, which are the total and each single dimension. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from services.reporting.counting.domain import Cell
from services.reporting.indicators.registry import INDICATORS
from services.reporting.indicators.slices import ALL, PROGRAMME, TOTAL, Slice

ADDITIVE = {measure for one in INDICATORS.values() for measure in one.measures if one.additive}
OVER_PROGRAMMES = {measure for one in INDICATORS.values() for measure in one.measures if one.over_programmes}


class Margin(NamedTuple):
    """A position in a public list: a measure over all programmes, by one dimension."""

    measure: str
    dimension: str
    member: str


Sums = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Margins by measure, dimension and member."""


def margins(amounts: Iterable[tuple[Cell, int]]) -> Counter[Margin]:
    """The sums of these amounts, or differences, in the public lists. A cell may come several times.

    An estimate is kept for each list on its own and is not added up across lists: a cell by one dimension counts in
    that dimension's list only.
    """
    sums: Counter[Margin] = Counter()
    slices: defaultdict[tuple[str, bool], list[tuple[Slice, int]]] = defaultdict(list)
    for cell, amount in amounts:
        is_summand = cell.measure in ADDITIVE or cell.slice == Slice(cell.slice.month)
        if cell.scope != ALL and is_summand:
            sums[Margin(cell.measure, PROGRAMME, cell.scope)] += amount
        if cell.scope == ALL or cell.measure in OVER_PROGRAMMES:
            slices[cell.measure, is_summand].append((cell.slice, amount))
    for (measure, are_summands), amounts_of_slices in slices.items():
        if are_summands:
            sums[Margin(measure, TOTAL, TOTAL)] += sum(amount for _, amount in amounts_of_slices)
        dimensions = [name for name in Slice._fields if are_summands or name != "month"]
        sums.update(_by_dimension(measure, dimensions, amounts_of_slices))
    return sums


def _by_dimension(measure: str, dimensions: list[str], slices: list[tuple[Slice, int]]) -> dict[Margin, int]:
    """Sums up one dimension after the other, because there are many slices and few dimensions."""
    sums: dict[Margin, int] = {}
    for dimension in dimensions:
        position = Slice._fields.index(dimension)
        members: defaultdict[str | None, int] = defaultdict(int)
        for slice_, amount in slices:
            members[slice_[position]] += amount
        sums |= {Margin(measure, dimension, member): n for member, n in members.items() if member is not None}
    return sums
