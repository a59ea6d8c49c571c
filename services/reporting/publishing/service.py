"""The public figures: read by every public answer, and changed by the publisher only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.messaging import outbox
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from contracts.reporting import CellStatus, OutcomePublished
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.registry import PEOPLE
from services.reporting.indicators.slices import ALL
from services.reporting.publishing.disclosure import Figure
from services.reporting.publishing.domain import Lists, cell_id

sql = queries(__package__)

Published = Mapping[str, Mapping[str, Figure]]
"""Dimension → member → figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicFigure:
    """A figure with its position in the public lists."""

    indicator: str
    dimension: str
    member: str
    value: int | None
    lower: int | None
    upper: int | None
    status: CellStatus

    @property
    def figure(self) -> Figure:
        return Figure(self.value, self.status, self.lower, self.upper)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(PublicFigure):
    """A public figure from `published_at` on; `sequence` is its position among all changes."""

    sequence: int
    published_at: datetime


async def looked_at(pool: Pool) -> datetime | None:
    """When the publisher last compared the public figures with the cells."""
    instant: datetime | None = await sql.looked_at.value(pool)
    return instant


async def published(pool: Connection | Pool, indicator: str, *dimensions: str) -> Published:
    """The public lists of an indicator by these dimensions, of one instant."""
    lists: dict[str, dict[str, Figure]] = {dimension: {} for dimension in dimensions}
    for one in await sql.published_by.all(pool, PublicFigure, indicator=indicator, dimensions=dimensions):
        lists[one.dimension][one.member] = one.figure
    return lists


async def moved_at(pool: Pool, indicator: Indicator, *dimensions: str) -> datetime | None:
    """When the oldest of these breakdowns of people last moved; None of a list that follows what is counted."""
    if indicator not in PEOPLE:
        return None
    instant: datetime | None = await sql.moved_at.value(pool, indicator=indicator.id, dimensions=dimensions)
    return instant


async def total_of_list(pool: Pool, indicator: Indicator, dimension: str, figures: Mapping[str, Figure]) -> Figure:
    """The sum of a breakdown of people, as old as its figures: what is withheld is a sum of its own."""
    withheld: int = await sql.withheld_together.value(pool, indicator=indicator.id, dimension=dimension)
    return Figure(withheld + sum(figure.value or 0 for figure in figures.values()), CellStatus.PUBLISHED)


async def published_totals(connection: Connection | Pool) -> dict[str, Figure]:
    """The public total of each indicator that was published at least once."""
    return {one.indicator: one.figure for one in await sql.published_totals.all(connection, PublicFigure)}


async def publish(connection: Connection, indicator: Indicator, lists: Lists) -> None:
    """Appends every figure that differs from the public one to the changes, and sends it as an event."""
    public = await sql.published_lists.all(connection, PublicFigure, indicator=indicator.id)
    known = {(one.dimension, one.member): one.figure for one in public}
    changed = {key: figure for key, figure in lists.items() if known.get(key) != figure}
    if changed:
        changes = await _append(connection, indicator, changed)
        await sql.publish.execute(connection, sequences=[change.sequence for change in changes])
        await outbox.add_all(connection, [_outcome(indicator, change) for change in changes])


async def _append(connection: Connection, indicator: Indicator, changed: Lists) -> Sequence[Change]:
    return await sql.append_changes.all(
        connection,
        Change,
        indicator=indicator.id,
        definition_version=indicator.version,
        dimensions=[dimension for dimension, _ in changed],
        members=[member for _, member in changed],
        values=[figure.value for figure in changed.values()],
        lowers=[figure.lower for figure in changed.values()],
        uppers=[figure.upper for figure in changed.values()],
        statuses=[figure.status for figure in changed.values()],
    )


def _outcome(indicator: Indicator, change: Change) -> OutcomePublished:
    return OutcomePublished(
        occurred_at=change.published_at,
        cell_id=cell_id(change.indicator, change.dimension, change.member),
        sequence=change.sequence,
        indicator=change.indicator,
        definition_version=indicator.version,
        unit=indicator.unit,
        scope=ALL,
        dimension=change.dimension,
        member=change.member,
        value=change.value,
        status=change.status,
    )


async def latest_change(pool: Pool) -> int:
    """The sequence of the newest change; 0 before the first."""
    sequence: int = await sql.latest_change.value(pool)
    return sequence


async def changes_after(pool: Pool, sequence: int, limit: int) -> list[Change]:
    """The next changes in their order."""
    return await sql.changes_after.all(pool, Change, sequence=sequence, limit=limit)


async def set_looked_at(connection: Connection) -> None:
    """Notes that the public figures are those of now."""
    await sql.set_looked_at.execute(connection)
