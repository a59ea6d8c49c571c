"""The stored form of what an owner adds to the cells: one text, equal for equal amounts.

There are nearly as many cells as people and months, so a table of cells would be as large as the contributions. The
cells of one person differ by little but their month, so they are stored together.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from services.reporting.counting.domain import Cell
from services.reporting.indicators.slices import Slice

Amounts = Mapping[Cell, int]

SliceWithoutMonth = tuple[str | None, ...]
"""The members of a slice but for the first, which is its month."""

EMPTY = "[]"
"""The text of no amounts."""


def encode(amounts: Amounts) -> str:
    """A JSON array of `{"measure", "scope", "slice", "months"}`: the slice but for its month, month → amount."""
    months: defaultdict[tuple[str, str, SliceWithoutMonth], dict[str, int]] = defaultdict(dict)
    for (measure, scope, (month, *rest)), amount in amounts.items():
        months[measure, scope, tuple(rest)][month] = amount
    return f"[{','.join(sorted(_line(*group, by_month) for group, by_month in months.items()))}]"


def _line(measure: str, scope: str, rest: SliceWithoutMonth, months: Mapping[str, int]) -> str:
    by_month = ",".join(f'"{month}":{amount}' for month, amount in sorted(months.items()))
    return f'{{"measure":"{measure}","scope":"{scope}","slice":{_members(rest)},"months":{{{by_month}}}}}'


@lru_cache(maxsize=10_000)
def _members(rest: SliceWithoutMonth) -> str:
    """A JSON object of dimension → member. Cached, because a person has the same for several measures."""
    members = Slice("", *rest).members()
    del members["month"]
    return json.dumps(members, separators=(",", ":"))


def decode(text: str) -> dict[Cell, int]:
    """The amounts that were encoded."""
    lines: list[dict[str, Any]] = json.loads(text)
    return {
        Cell(line["measure"], line["scope"], Slice(month, **line["slice"])): amount
        for line in lines
        for month, amount in line["months"].items()
    }
