"""Lists, newest first, a part at a time."""

from uuid import UUID

from chassis.store.database import Pool, Row

AT_ONCE = 200
"""Rows of a list in one answer."""


async def part(
    pool: Pool, query: str, after: int | None, *only: UUID | None, size: int = AT_ONCE
) -> tuple[list[Row], int | None]:
    """The rows from below number `after`, and the number to go on from if there are more."""
    rows = await pool.fetch(query, after, size + 1, *only)
    return rows[:size], rows[size - 1]["number"] if len(rows) > size else None
