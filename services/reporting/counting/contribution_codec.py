"""How what an owner adds to the cells is kept: one text, the same for the same amounts.

There are nearly as many cells as people and months, so that a table of them would sum up next to nothing; the months of
a person, though, share all else.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from services.reporting.indicators.slices import Cell, Slice

Amounts = Mapping[Cell, int]

SliceWithoutMonth = tuple[str | None, ...]
"""A slice but for its month."""

EMPTY = "[]"


def encode(amounts: Amounts) -> str:
    """A JSON array of `{"measure", "scope", "slice", "months"}`: the slice but for its month, each month's amount."""
    months: defaultdict[tuple[str, str, SliceWithoutMonth], dict[str, int]] = defaultdict(dict)
    for (measure, scope, (month, *rest)), amount in amounts.items():
        months[measure, scope, tuple(rest)][month] = amount
    return f"[{','.join(sorted(_line(*group, by_month) for group, by_month in months.items()))}]"


def _line(measure: str, scope: str, rest: SliceWithoutMonth, months: Mapping[str, int]) -> str:
    by_month = ",".join(f'"{month}":{amount}' for month, amount in sorted(months.items()))
    return f'{{"measure":"{measure}","scope":"{scope}","slice":{_members(rest)},"months":{{{by_month}}}}}'


@lru_cache(maxsize=10_000)
def _members(rest: SliceWithoutMonth) -> str:
    """Dimension to member; a person's are the same for several measures."""
    members = Slice("", *rest).members()
    del members["month"]
    return json.dumps(members, separators=(",", ":"))


def decode(text: str) -> dict[Cell, int]:
    """What was written."""
    lines: list[dict[str, Any]] = json.loads(text)
    return {
        Cell(line["measure"], line["scope"], Slice(month, **line["slice"])): amount
        for line in lines
        for month, amount in line["months"].items()
    }
