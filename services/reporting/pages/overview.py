"""What the public page shows, read from what was published and from nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from markupsafe import Markup

from chassis.web.formats import short_month
from chassis.web.texts import _
from contracts.reporting import CellStatus
from services.reporting import figures, sources
from services.reporting.disclosure import NO_DATA, Figure
from services.reporting.indicators import INDICATORS, Indicator
from services.reporting.members import DIMENSION_LABELS, in_order, label, listed
from services.reporting.pages import findings
from services.reporting.pages.charts import Bar, Specification, bars, columns
from services.reporting.pages.painter import CannotDraw, finished
from services.reporting.pages.territory_map import district_map
from services.reporting.publisher import cell_id
from services.reporting.resources import ReportingResources
from services.reporting.slices import TOTAL
from services.reporting.sources import SourceFreshness

log = structlog.get_logger()

SHOWN = INDICATORS["enrolled"]
"""The indicator that the charts break down."""

CHARTS = ("district", "month", "sex", "age_band")

HEADLINES = (
    "enrolled", "attendees", "attended", "trained",
    "programme_content", "content_published", "visits", "first_party_reach",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Headline:
    """A total with its definition; `key` names it in the stream."""

    indicator: Indicator
    figure: Figure
    key: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A list as picture and table. Rows without a picture: it could not be drawn just now."""

    dimension: str
    heading: str
    title: str
    rows: Sequence[tuple[str, Figure]]
    picture: Markup | None


@dataclass(frozen=True, slots=True)
class Overview:
    """`place`: from where in the stream to follow the numbers."""

    headlines: Sequence[Headline]
    charts: Mapping[str, Chart]
    as_of: datetime | None
    freshness: Mapping[str, SourceFreshness]
    place: int


async def overview(resources: ReportingResources) -> Overview:
    """Everything on the page. The place in the stream is read first, so that no change can fall between."""
    place = await resources.feed.latest()
    return Overview(
        place=place,
        as_of=await resources.pool.fetchval(figures.sql.looked_at.text),
        freshness=await sources.freshness(resources.pool),
        headlines=await _headlines(resources),
        charts={dimension: await chart(resources, dimension) for dimension in CHARTS},
    )


async def _headlines(resources: ReportingResources) -> list[Headline]:
    rows = {row["indicator"]: row for row in await resources.pool.fetch(figures.sql.published_totals.text)}
    totals = {
        name: Figure(row["value"], CellStatus(row["status"]), row["lower"], row["upper"]) for name, row in rows.items()
    }
    return [Headline(INDICATORS[name], totals.get(name, NO_DATA), cell_id(name, TOTAL, TOTAL)) for name in HEADLINES]


async def chart(resources: ReportingResources, dimension: str) -> Chart:
    """The enrolled people by one dimension."""
    lists = await figures.published(resources.pool, SHOWN.id, TOTAL, dimension)
    by_member = _in_order(dimension, lists[dimension])
    named = [(label(dimension, member, {}), figure) for member, figure in by_member.items()]
    title = _title(dimension, named, by_member, lists[TOTAL].get(TOTAL, NO_DATA))
    # The map's 127 numbers stand in its table; of the others the text alternative says them all.
    text = title if dimension == "district" else findings.listing(title, named)
    return Chart(
        dimension=dimension,
        heading=_(DIMENSION_LABELS[dimension]),
        title=title,
        rows=[(_row_name(dimension, member), figure) for member, figure in by_member.items()],
        picture=await _picture(resources, dimension, _specification(dimension, by_member), text) if by_member else None,
    )


def _in_order(dimension: str, public: Mapping[str, Figure]) -> dict[str, Figure]:
    """The list as it is shown: whole, even before there is data, and without a gap between months."""
    known = public or dict.fromkeys(listed(SHOWN, dimension, {}), NO_DATA)
    members = in_order(SHOWN, dimension, known, {})
    if dimension == "month":
        members = months_between(members)
    return {member: known.get(member, Figure(0, CellStatus.PUBLISHED)) for member in members}


def months_between(months: Sequence[str]) -> list[str]:
    """All months from the first to the last, those in which nothing happened included."""
    if not months:
        return []
    (first_year, first), (last_year, last) = (map(int, month.split("-")) for month in (months[0], months[-1]))
    numbers = range(first_year * 12 + first - 1, last_year * 12 + last)
    return [f"{number // 12}-{number % 12 + 1:02}" for number in numbers]


def _row_name(dimension: str, member: str) -> str:
    """A district says its province, for two are called the same."""
    name = label(dimension, member, {})
    return f"{name}, {label('province', member[:4], {})}" if dimension == "district" else name


def _title(dimension: str, named: findings.Named, by_member: Mapping[str, Figure], total: Figure) -> str:
    match dimension:
        case "district":
            return findings.of_districts(named)
        case "month":
            return findings.of_months(named)
        case "sex":
            return findings.of_sexes(total, by_member["female"])
        case _:
            return findings.of_ages(named)


def _specification(dimension: str, by_member: Mapping[str, Figure]) -> Specification:
    match dimension:
        case "district":
            return district_map(by_member)
        case "month":
            return columns([Bar(month, _short_month(month, by_member), figure) for month, figure in by_member.items()])
        case _:
            return bars([Bar(member, label(dimension, member, {}), figure) for member, figure in by_member.items()])


def _short_month(month: str, all_months: Iterable[str]) -> str:
    """`abr 2025` for the first and for each January, else `abr`."""
    day = date.fromisoformat(f"{month}-01")
    name = short_month(day)
    return f"{name} {day.year}" if day.month == 1 or month == next(iter(all_months)) else name


async def _picture(resources: ReportingResources, name: str, specification: Specification, text: str) -> Markup | None:
    try:
        return Markup(finished(await resources.painter.draw(specification), name, text))
    except CannotDraw as error:
        log.error("chart not drawn", chart=name, reason=str(error))
        return None
