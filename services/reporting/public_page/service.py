"""The content of the public page, read from the published figures only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from markupsafe import Markup

from chassis.web.formats import short_month
from chassis.web.pagination import Page, all_rows
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _
from contracts.enrollment import EnrollmentEvent
from contracts.media import MediaEvent
from contracts.reporting import CellStatus
from contracts.sessions import SessionsEvent
from services.reporting.facts.service import freshness
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.members import in_order, label, listed
from services.reporting.indicators.registry import HEADLINES, INDICATORS
from services.reporting.indicators.slices import DIMENSIONS, TOTAL
from services.reporting.public_page import findings
from services.reporting.public_page.charts import Bar, Specification, bars, columns
from services.reporting.public_page.painter import DrawingError, with_text_alternative
from services.reporting.public_page.territory_map import district_map
from services.reporting.publishing.disclosure import NO_DATA, Figure
from services.reporting.publishing.domain import cell_id
from services.reporting.publishing.service import looked_at, moved_at, published, published_totals, total_of_list
from services.reporting.resources import ReportingResources

log = structlog.get_logger()

CHARTED_INDICATOR = INDICATORS["enrolled"]
"""The indicator that the charts break down."""

CHARTS = ("district", "month", "sex", "age_band")
"""The dimensions that have a chart."""


SOURCE_NAMES = {
    EnrollmentEvent.topic: N_("Enrollment"),
    SessionsEvent.topic: N_("Sessions"),
    MediaEvent.topic: N_("Communications"),
}

SOURCES = Table(
    "sources",
    N_("Last record"),
    key="name",
    order="name",
    columns=(
        Column("name", N_("Source")),
        Column("caught_up_at", N_("Up to date until"), "instant"),
        Column("read_up_to", N_("Last record"), "instant", drawn=True),
    ),
)

NUMBERS = {
    dimension: Table(
        dimension,
        DIMENSIONS[dimension].label,
        key="name",
        order="name",
        columns=(
            Column("name", DIMENSIONS[dimension].label),
            Column("figure", CHARTED_INDICATOR.texts.name, "number", drawn=True),
        ),
    )
    for dimension in CHARTS
}


@dataclass(frozen=True, slots=True)
class Headline:
    """A total with its definition; `key` is the figure's name in the stream."""

    indicator: Indicator
    figure: Figure
    key: str


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A member's name and its figure."""

    name: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Chart:
    """A list as picture and table. `picture` is None if it could not be drawn, or if there are no rows."""

    dimension: str
    title: str
    numbers: Page[ChartRow]
    picture: Markup | None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source's name, and how far it has been read."""

    name: str
    caught_up_at: datetime | None
    read_up_to: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """`sequence` is the newest change that the figures contain: the stream is followed from there.

    `charts_as_of`: when the chart last moved that has not moved for longest.
    """

    headlines: Sequence[Headline]
    charts: Mapping[str, Chart]
    as_of: datetime | None
    charts_as_of: datetime | None
    sources: Page[SourceRow]
    sequence: int


async def overview(resources: ReportingResources) -> Overview:
    """Everything on the page. The sequence is read first, so that the stream repeats changes rather than skips them."""
    sequence = await resources.feed.latest()
    return Overview(
        sequence=sequence,
        as_of=await looked_at(resources.pool),
        charts_as_of=await moved_at(resources.pool, CHARTED_INDICATOR, *CHARTS),
        sources=await _sources(resources),
        headlines=await _headlines(resources),
        charts={dimension: await chart(resources, dimension) for dimension in CHARTS},
    )


async def _sources(resources: ReportingResources) -> Page[SourceRow]:
    read = await freshness(resources.pool)
    rows = [
        SourceRow(_(name), read[topic].caught_up_at, read[topic].read_up_to)
        for topic, name in SOURCE_NAMES.items()
        if topic in read
    ]
    return all_rows(SOURCES, rows)


async def _headlines(resources: ReportingResources) -> list[Headline]:
    totals = await published_totals(resources.pool)
    return [Headline(one, totals.get(one.id, NO_DATA), cell_id(one.id, TOTAL, TOTAL)) for one in HEADLINES]


async def chart(resources: ReportingResources, dimension: str) -> Chart:
    """The charted indicator by one dimension."""
    figures = (await published(resources.pool, CHARTED_INDICATOR.id, dimension))[dimension]
    total = await total_of_list(resources.pool, CHARTED_INDICATOR, dimension, figures)
    by_member = _complete_list(dimension, figures)
    named = [(label(dimension, member, {}), figure) for member, figure in by_member.items()]
    title = _title(dimension, named, by_member, total)
    # The map's 127 numbers are in its table. The text alternative of the other charts gives every number.
    text = title if dimension == "district" else findings.listing(title, named)
    rows = [ChartRow(_row_name(dimension, member), figure) for member, figure in by_member.items()]
    return Chart(
        dimension=dimension,
        title=title,
        numbers=all_rows(NUMBERS[dimension], rows),
        picture=await _picture(resources, dimension, _specification(dimension, by_member), text) if by_member else None,
    )


def _complete_list(dimension: str, public: Mapping[str, Figure]) -> dict[str, Figure]:
    """The list in its order, with every member even before there is data, and without a gap between months."""
    known = public or dict.fromkeys(listed(CHARTED_INDICATOR, dimension, {}), NO_DATA)
    members = in_order(CHARTED_INDICATOR, dimension, known, {})
    if dimension == "month":
        members = months_between(members)
    return {member: known.get(member, Figure(0, CellStatus.PUBLISHED)) for member in members}


def months_between(months: Sequence[str]) -> list[str]:
    """All months from the first to the last of an ordered list, such as `2025-11` to `2026-02`."""
    if not months:
        return []
    (first_year, first), (last_year, last) = (map(int, month.split("-")) for month in (months[0], months[-1]))
    numbers = range(first_year * 12 + first - 1, last_year * 12 + last)
    return [f"{number // 12}-{number % 12 + 1:02}" for number in numbers]


def _row_name(dimension: str, member: str) -> str:
    """A district with its province, because two districts have one name."""
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
        svg = await resources.painter.draw(specification)
    except DrawingError as error:
        log.error("chart not drawn", chart=name, reason=str(error))
        return None
    return Markup(with_text_alternative(svg, name, text))
