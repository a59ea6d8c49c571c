"""The publisher: public lists of the indicators that moved, through the gate, compared with what is public already.

Page, interface, stream and topic are readers of what it writes in one transaction.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from chassis.messaging import outbox
from chassis.store.database import Connection, Pool, Row, lock
from chassis.store.queries import queries
from contracts.reporting import CellStatus, OutcomePublished
from services.reporting.facts import service as facts_service
from services.reporting.indicators.members import Names, listed
from services.reporting.indicators.registry import INDICATORS, Indicator
from services.reporting.indicators.slices import ALL, TOTAL
from services.reporting.publishing.disclosure import Figure, gate

sql = queries("services.reporting")

PAUSE_SECONDS = 0.5
PUBLIC_FIGURES = "reporting/public figures"
"""One lock for all of them: whoever publishes versions every figure it changes."""

WHOLES: Mapping[str, Callable[[str], str]] = {"district": lambda district: district[:4]}
"""Of a dimension whose members are parts of another's: a district's province, by its code."""

Sums = Mapping[str, Mapping[str, Mapping[str, int]]]
"""Measure → dimension → member → n."""

Lists = dict[tuple[str, str], Figure]
"""(dimension, member) → figure."""


async def mark_all_stale(pool: Pool) -> None:
    """Has every indicator looked at again, whether or not it moved: the gate or a definition may be another."""
    await pool.execute(sql.mark_stale.text, list(INDICATORS))


async def publish(connection: Connection) -> bool:
    """One look at everything that moved. There is never more to do at once."""
    async with connection.transaction():
        await lock(connection, PUBLIC_FIGURES)
        due = await _due(connection)
        names = await facts_service.names(connection) if due else {}
        for indicator in due:
            await _publish(connection, indicator, names)
        await connection.execute(sql.looked.text)
    return False


async def _due(connection: Connection) -> list[Indicator]:
    """Indicators that moved or were never published, once all their sources have been read."""
    moved = {row["indicator"] for row in await connection.fetch(sql.take_stale_indicators.text)}
    public = {row["indicator"] for row in await connection.fetch(sql.published_indicators.text)}
    read = await facts_service.freshness(connection)
    return [
        indicator
        for indicator in INDICATORS.values()
        if (indicator.id in moved or indicator.id not in public) and read.keys() >= set(indicator.sources)
    ]


async def _publish(connection: Connection, indicator: Indicator, names: Names) -> None:
    rows = await connection.fetch(sql.public_sums.text, list(indicator.measures))
    figures = public_lists(indicator, sums_of(rows), names)
    known = {
        (row["dimension"], row["member"]): Figure(row["value"], CellStatus(row["status"]), row["lower"], row["upper"])
        for row in await connection.fetch(sql.published_lists.text, indicator.id)
    }
    changed = [(*key, figure) for key, figure in figures.items() if known.get(key) != figure]
    if changed:
        await _append(connection, indicator, changed)


def sums_of(rows: Sequence[Row]) -> Sums:
    """Rows of `public_sums` by measure, dimension and member."""
    sums: defaultdict[str, defaultdict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        sums[row["measure"]][row["dimension"]][row["member"]] = row["n"]
    return sums


def public_lists(indicator: Indicator, sums: Sums, names: Names) -> Lists:
    """The total and every list by one dimension, whole and gated. Pure."""
    counts, *bounds = (sums.get(measure, {}) for measure in indicator.measures)
    lists: Lists = {}
    for dimension in (TOTAL, *indicator.dimensions):
        members = (TOTAL,) if dimension == TOTAL else listed(indicator, dimension, names)
        whole = dict.fromkeys(members, 0) | dict(counts.get(dimension, {}))
        for member, figure in gate(whole, of_people=indicator.of_people, whole_of=WHOLES.get(dimension)).items():
            limits = [bound.get(dimension, {}).get(member, 0) for bound in bounds]
            lists[dimension, member] = _bounded(figure, limits)
    return lists


def _bounded(figure: Figure, limits: Sequence[int]) -> Figure:
    return figure if figure.value is None or not limits else Figure(figure.value, figure.status, *limits)


async def _append(connection: Connection, indicator: Indicator, changed: Sequence[tuple[str, str, Figure]]) -> None:
    rows = await connection.fetch(
        sql.append_changes.text,
        indicator.id,
        indicator.version,
        [dimension for dimension, _, _ in changed],
        [member for _, member, _ in changed],
        [figure.value for _, _, figure in changed],
        [figure.lower for _, _, figure in changed],
        [figure.upper for _, _, figure in changed],
        [figure.status for _, _, figure in changed],
    )
    await connection.execute(sql.publish.text, [row["sequence"] for row in rows])
    for row in rows:
        await outbox.add(connection, outcome(indicator, row))


def outcome(indicator: Indicator, row: Row) -> OutcomePublished:
    """A change as the topic tells it."""
    return OutcomePublished(
        occurred_at=row["published_at"],
        cell_id=cell_id(indicator.id, row["dimension"], row["member"]),
        sequence=row["sequence"],
        indicator=indicator.id,
        definition_version=indicator.version,
        unit=indicator.unit,
        scope=ALL,
        dimension=row["dimension"],
        member=row["member"],
        value=row["value"],
        status=CellStatus(row["status"]),
    )


def cell_id(indicator: str, dimension: str, member: str) -> str:
    """Names a public figure for ever: `enrolled/all/district/060101`."""
    return f"{indicator}/{ALL}/{dimension}/{member}"
