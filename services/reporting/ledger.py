"""How what an owner adds to the cells is kept: one text, the same for the same amounts.

There are nearly as many cells as people and months, so that a table of them would sum up next to nothing; the months of
a person, though, share all else.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from services.reporting.slices import Cell, Slice

Amounts = Mapping[Cell, int]

NOTHING = "[]"


def written(amounts: Amounts) -> str:
    """A JSON array of `{"measure", "scope", "slice", "months"}`: the slice but for its month, each month's amount."""
    months: defaultdict[Cell, dict[str, int]] = defaultdict(dict)
    for cell, amount in amounts.items():
        months[cell._replace(slice=cell.slice._replace(month=""))][cell.slice.month] = amount
    return f"[{','.join(sorted(_line(cell, by_month) for cell, by_month in months.items()))}]"


def _line(cell: Cell, months: Mapping[str, int]) -> str:
    by_month = ",".join(f'"{month}":{amount}' for month, amount in sorted(months.items()))
    return f'{{"measure":"{cell.measure}","scope":"{cell.scope}","slice":{_rest(cell.slice)},"months":{{{by_month}}}}}'


@lru_cache(maxsize=10_000)
def _rest(place: Slice) -> str:
    """A slice but for its month; a person has the same for several measures."""
    members = place.members()
    del members["month"]
    return json.dumps(members, separators=(",", ":"))


def read(text: str) -> dict[Cell, int]:
    """What was written."""
    lines: list[dict[str, Any]] = json.loads(text)
    return {
        Cell(line["measure"], line["scope"], Slice(month, **line["slice"])): amount
        for line in lines
        for month, amount in line["months"].items()
    }
