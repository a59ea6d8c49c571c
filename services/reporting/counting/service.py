"""Results of counting: margins for the public lists, sums of finer slices, and indicators whose figures changed."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from services.reporting.counting.margins import Sums

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class MarginSum:
    """The sum of a measure in one position of the public lists."""

    measure: str
    dimension: str
    member: str
    n: int


@dataclass(frozen=True, slots=True)
class SliceSum:
    """The sum of a measure in one slice: dimension → member."""

    measure: str
    members: Mapping[str, str]
    n: int


async def margins_of(connection: Connection, measures: Sequence[str]) -> Sums:
    """The sums of the public lists."""
    sums: defaultdict[str, defaultdict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for one in await sql.margins_of_measures.all(connection, MarginSum, measures=measures):
        sums[one.measure][one.dimension][one.member] = one.n
    return sums


async def slice_sums(
    pool: Pool,
    *,
    measures: Sequence[str],
    scope: str | None,
    first: str,
    last: str,
    other_dimensions: Sequence[str],
    additive: bool,
    estimated_by: Sequence[str],
) -> list[SliceSum]:
    """Exact sums of every slice but for `other_dimensions`, over the months `first` to `last`.

    Without a `scope` the slices of all programmes are summed. The cells of an estimate count only where they are by
    exactly the dimensions `estimated_by`.
    """
    return await sql.slice_sums.all(
        pool, SliceSum, measures=measures, scope=scope, first=first, last=last,
        other_dimensions=other_dimensions, additive=additive, estimated_by=estimated_by,
    )  # fmt: skip


async def is_counted(connection: Connection) -> bool:
    """Whether everything that was projected is counted."""
    return bool(await sql.is_counted.value(connection))


async def mark_stale(connection: Connection | Pool, indicators: Collection[str]) -> None:
    """Makes the publisher compare these indicators with what is public."""
    await sql.mark_stale.execute(connection, indicators=sorted(indicators))


async def take_stale(connection: Connection) -> set[str]:
    """The indicators that were marked since the last call."""
    return {row["indicator"] for row in await sql.take_stale_indicators.fetch(connection)}
