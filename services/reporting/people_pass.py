"""The people pass: counts again whoever's facts moved, and writes the difference to what stood in the cells."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from chassis.database import Connection, queries
from contracts.event import Event
from services.reporting.contributions import contributions
from services.reporting.facts import MODELS
from services.reporting.indicators import INDICATORS
from services.reporting.members import indicators_naming
from services.reporting.slices import Cell

sql = queries("services.reporting")

OWNERS = 250
PAUSE = 0.1

Counted = Mapping[UUID, Mapping[Cell, int]]


async def count_dirty_owners(connection: Connection) -> bool:
    """One chunk of owners, in one transaction. Whether there may be more."""
    async with connection.transaction():
        marks = await connection.fetch(sql.next_dirty_owners, OWNERS)
        if marks:
            facts = await _facts(connection, sorted({row["owner"] for row in marks}))
            moved = await _write(connection, {owner: contributions(known) for owner, known in facts.items()})
            await connection.execute(sql.mark_stale, sorted(moved | indicators_naming(facts.values())))
            await connection.execute(sql.remove_marks, [row["mark"] for row in marks])
    return len(marks) == OWNERS


async def _facts(connection: Connection, owners: Sequence[UUID]) -> dict[UUID, list[Event]]:
    facts: defaultdict[UUID, list[Event]] = defaultdict(list, {owner: [] for owner in owners})
    for row in await connection.fetch(sql.facts_of_owners, owners):
        facts[row["owner"]].append(MODELS[row["type"]].model_validate_json(row["body"]))
    return facts


async def _write(connection: Connection, counted: Counted) -> set[str]:
    """Makes the cells hold what was counted; returns the indicators that moved."""
    rows = [(owner, cell, amount) for owner, cells in counted.items() for cell, amount in cells.items()]
    ids = await _cell_ids(connection, {cell for _, cell, _ in rows})
    moved = await connection.fetch(
        sql.write_difference,
        list(counted),
        [owner for owner, _, _ in rows],
        [ids[cell] for _, cell, _ in rows],
        [amount for _, _, amount in rows],
    )
    measures = {row["measure"] for row in moved}
    return {indicator.id for indicator in INDICATORS.values() if not measures.isdisjoint(indicator.measures)}


async def _cell_ids(connection: Connection, cells: Iterable[Cell]) -> dict[Cell, int]:
    wanted = list(cells)
    columns = (
        [cell.measure for cell in wanted],
        [cell.scope for cell in wanted],
        [dict(cell.slice.members()) for cell in wanted],
    )
    await connection.execute(sql.add_cells, *columns)
    rows = await connection.fetch(sql.cell_ids, *columns)
    return {cell: row["cell_id"] for cell, row in zip(wanted, rows, strict=True)}
