"""The one counting function: from the facts of an owner to amounts in cells. Pure.

Corrections, late sheets, rebuilds and recounts all call it with every current fact of an owner, and write the
difference to what the owner added before. So the order in which facts arrive does not matter.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from functools import cache
from typing import Any, NamedTuple

from contracts.event import Event
from services.reporting.indicators.domain import Facts, Indicator
from services.reporting.indicators.registry import FACTS, INDICATORS_BY_FACT
from services.reporting.indicators.slices import Slice


class Cell(NamedTuple):
    """A measure, in a scope, in a slice."""

    measure: str
    scope: str
    slice: Slice


def contributions(facts: Iterable[Event]) -> dict[Cell, int]:
    """Cell → amount, for the current facts of one owner. A cell to which nothing is added is left out."""
    by_kind: defaultdict[type[Event], list[Any]] = defaultdict(list)
    for fact in facts:
        by_kind[_kind_of_class(type(fact))].append(fact)
    amounts: dict[Cell, int] = {}
    for kind, indicators in INDICATORS_BY_FACT.items():
        if kind in by_kind:
            for indicator in indicators:
                add = _add_estimates if indicator.bounds else _add
                add(amounts, indicator, by_kind)
    return amounts


def differences(now: Mapping[Cell, int], before: Mapping[Cell, int]) -> Iterator[tuple[Cell, int]]:
    """Every cell in which the amounts differ, with the difference."""
    for cell in now.keys() | before.keys():
        if difference := now.get(cell, 0) - before.get(cell, 0):
            yield cell, difference


def deduction(together: Mapping[Cell, int], apart: Iterable[Mapping[Cell, int]]) -> dict[Cell, int]:
    """What has to be added to what the records of a merged person add `apart`, so that the person counts once."""
    sums: Counter[Cell] = Counter()
    for amounts in apart:
        sums.update(amounts)
    return dict(differences(together, sums))


@cache
def _kind_of_class(event: type[Event]) -> type[Event]:
    """The declared kind of a fact; its own class where no rule reads it."""
    return next((kind for kind in FACTS if issubclass(event, kind)), event)


def _add(amounts: MutableMapping[Cell, int], indicator: Indicator, facts: Facts) -> None:
    measure = indicator.id
    for scope, slice_, amount in indicator.rule(facts):
        if amount:
            cell = Cell(measure, scope, slice_)
            amounts[cell] = amounts.get(cell, 0) + amount


def _add_estimates(amounts: MutableMapping[Cell, int], indicator: Indicator, facts: Facts) -> None:
    for scope, slice_, estimate in indicator.rule(facts):
        for measure, amount in zip(indicator.measures, estimate, strict=True):
            if amount:
                cell = Cell(measure, scope, slice_)
                amounts[cell] = amounts.get(cell, 0) + amount
