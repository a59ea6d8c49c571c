"""The people pass: counts again whoever's facts moved, and writes the difference to what stood in the cells."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from chassis.database import Connection, queries
from contracts.event import Event
from services.reporting.contributions import contributions
from services.reporting.facts import MODELS
from services.reporting.indicators import INDICATORS
from services.reporting.margins import margins
from services.reporting.members import indicators_naming
from services.reporting.projection import is_behind
from services.reporting.slices import Cell, Slice, key_of

sql = queries("services.reporting")

MARKS = 500
"""Of a step: the facts of their owners are in memory at the same time."""

PAUSE = 0.1
LONGEST_WAIT = 30.0
"""Seconds."""

BEGINNING = UUID(int=0)

Amounts = Mapping[Cell, int]


class PeoplePass:
    """One round after the other through the marked owners, a step at a time.

    While the log is behind, the figures are late anyway, and whoever is counted will be marked again: the pass waits,
    so that each is counted once after the last of their facts, but never longer than `LONGEST_WAIT`.
    """

    def __init__(self) -> None:
        self.after = BEGINNING
        self.counted_at = time.monotonic()

    async def __call__(self, connection: Connection) -> bool:
        """One transaction's worth of owners. Whether there may be more."""
        async with connection.transaction():
            await connection.execute(queries("chassis").do_not_wait_for_the_disk)  # what is lost is counted again
            marks = await connection.fetch(sql.next_dirty_owners, self.after, MARKS)
            if not marks:
                begun, self.after = self.after, BEGINNING
                return begun != BEGINNING
            if await self._waits(connection):
                return False
            await _count(connection, {row["owner"] for row in marks})
            await connection.execute(sql.remove_marks, [row["owner"] for row in marks], [row["mark"] for row in marks])
        self.after = marks[-1]["owner"]
        self.counted_at = time.monotonic()
        return True

    async def _waits(self, connection: Connection) -> bool:
        return time.monotonic() - self.counted_at < LONGEST_WAIT and await is_behind(connection)


async def _count(connection: Connection, marked: Collection[UUID]) -> None:
    """Makes cells and margins hold what these owners add now."""
    wholes = {row["owner"]: row["whole"] for row in await connection.fetch(sql.counted_together, marked)}
    facts = await _facts(connection, wholes)
    added = {owner: contributions(facts.get(owner, ())) for owner in wholes}
    differences, cells = await _keep(connection, added)
    moved = await _move(connection, differences, cells)
    await connection.execute(sql.mark_stale, sorted(moved | indicators_naming(facts.values())))


async def _facts(connection: Connection, wholes: Mapping[UUID, UUID]) -> dict[UUID, list[Event]]:
    facts: defaultdict[UUID, list[Event]] = defaultdict(list)
    for owner, event_type, body in await connection.fetch(sql.facts_of_owners, list(wholes)):
        facts[wholes[owner]].append(MODELS[event_type].model_validate_json(body))
    return facts


async def _keep(connection: Connection, added: Mapping[UUID, Amounts]) -> tuple[dict[bytes, int], dict[bytes, Cell]]:
    """Keeps what each owner adds; returns the difference to what it added before, by the cells' keys, and those cells
    that are added to now."""
    stood = await connection.fetch(sql.contributions_of_owners, list(added))
    before = {owner: dict(zip(keys, amounts, strict=True)) for owner, keys, amounts in stood}
    differences: Counter[bytes] = Counter()
    cells: dict[bytes, Cell] = {}
    changed = []
    for owner, amounts in added.items():
        now = {key_of(cell): n for cell, n in amounts.items()}
        if now != before.get(owner, {}):
            changed.append((owner, *_columns(sorted(now.items()), 2)))
            cells.update(zip(now, amounts, strict=True))
            differences.update(now)
            differences.subtract(before.get(owner, {}))
    await connection.executemany(sql.keep_contributions, changed)
    return {key: n for key, n in differences.items() if n}, cells


async def _move(connection: Connection, differences: Mapping[bytes, int], cells: dict[bytes, Cell]) -> set[str]:
    """Writes the differences to cells and margins; returns the indicators that moved."""
    there = {row["key"] for row in await connection.fetch(sql.move_cells, *_columns(sorted(differences.items()), 2))}
    new = [(key, cells[key], n) for key, n in differences.items() if key not in there]
    await connection.execute(sql.add_cells, *_columns([_row(*cell) for cell in new], 6))
    for key, measure, scope, place in await connection.fetch(sql.cells_by_key, list(differences.keys() - cells)):
        cells[key] = Cell(measure, scope, Slice(**place))
    moved = margins({cells[key]: n for key, n in differences.items()})
    await connection.execute(sql.move_margins, *_columns([(*margin, n) for margin, n in sorted(moved.items())], 4))
    measures = {margin.measure for margin in moved}
    return {indicator.id for indicator in INDICATORS.values() if not measures.isdisjoint(indicator.measures)}


def _row(key: bytes, cell: Cell, amount: int) -> tuple[bytes, str, str, str, str, int]:
    return key, cell.measure, cell.scope, cell.slice.month, _rest(cell.slice._replace(month="")), amount


@lru_cache(maxsize=10_000)
def _rest(place: Slice) -> str:
    """A slice but for its month, written down; a person's are the same in all months."""
    members = place.members()
    del members["month"]
    return json.dumps(members)


def _columns(rows: Collection[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
