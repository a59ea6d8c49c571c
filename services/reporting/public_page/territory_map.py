"""The map of the 127 districts: circles for counts, hatching for withheld figures, an empty outline for no data."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from chassis.web.formats import number
from contracts.reporting import CellStatus
from contracts.territory import District, districts
from services.reporting.boundaries.domain import boundaries
from services.reporting.public_page.charts import CONFIG, GROUND, HATCHED, INK, MARK, MUTED, Specification
from services.reporting.publishing.disclosure import Figure

WIDTH, HEIGHT = 340, 580
LARGEST_CIRCLE_PIXELS = 800
"""The area of the circle of the largest count, in square pixels."""
LABELLED_DISTRICTS = 7
"""The largest districts, whose name and number are on the map where there is room."""

LABEL_DEGREES = (0.8, 0.1)
"""The width and height of a label, in degrees of longitude and latitude."""

BORDER = "#cdbfae"

Point = tuple[float, float]


def district_map(figures: Mapping[str, Figure]) -> Specification:
    """The map of a list by district; a district that the list lacks has no data."""
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "padding": {"left": 2, "right": 40, "top": 2, "bottom": 2},
        "projection": {"type": "mercator"},
        "config": CONFIG,
        "layer": [_areas(figures), _provinces(), *_circles(figures)],
    }


def _areas(figures: Mapping[str, Figure]) -> Specification:
    areas = [
        {"type": "Feature", "geometry": feature["geometry"], "fill": _fill(figures.get(feature["id"]))}
        for feature in boundaries()["features"]
    ]
    return {
        "data": {"values": areas},
        "mark": {"type": "geoshape", "stroke": BORDER, "strokeWidth": 0.7},
        "encoding": {"fill": {"field": "fill", "type": "nominal", "scale": None}},
    }


def _fill(figure: Figure | None) -> str:
    if figure is None or figure.status is CellStatus.NO_DATA:
        return "none"
    return HATCHED if figure.status is CellStatus.SUPPRESSED else GROUND


def _provinces() -> Specification:
    outlines = {"type": "Feature", "geometry": {"type": "MultiLineString", "coordinates": _province_borders()}}
    mark = {"type": "geoshape", "filled": False, "stroke": MUTED, "strokeWidth": 1.1, "strokeJoin": "round"}
    return {"data": {"values": [outlines]}, "mark": mark}


def _circles(figures: Mapping[str, Figure]) -> list[Specification]:
    shown = sorted(_shown(figures), key=lambda row: -row["value"])
    if not shown:
        return []
    position = {
        "longitude": {"field": "longitude", "type": "quantitative"},
        "latitude": {"field": "latitude", "type": "quantitative"},
    }
    size = {
        "field": "value", "type": "quantitative", "legend": None,
        "scale": {"domain": [0, shown[0]["value"]], "range": [0, LARGEST_CIRCLE_PIXELS]},
    }  # fmt: skip
    text = {"type": "text", "fontSize": 13, "fontWeight": 600, "align": "left", "baseline": "middle"}
    labels = {
        "data": {"values": _with_room(shown)[:LABELLED_DISTRICTS]},
        "encoding": position | {"text": {"field": "name"}},
    }
    return [
        {
            "data": {"values": shown},
            "mark": {"type": "circle", "fill": MARK, "opacity": 0.78, "stroke": "#ffffff", "strokeWidth": 0.8},
            "encoding": position | {"size": size},
        },
        labels
        | {"mark": text | {"dx": 16, "stroke": "#ffffff", "strokeWidth": 3, "strokeJoin": "round", "fill": "#ffffff"}},
        labels | {"mark": text | {"dx": 16, "fill": INK}},
    ]


def _shown(figures: Mapping[str, Figure]) -> Iterator[dict[str, Any]]:
    for code, district in districts().items():
        figure = figures.get(code)
        if figure is not None and figure.value:
            yield _circle(district, figure.value)


def _with_room(shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The circles, largest first, without those whose label would overlap the label of a larger one."""
    named: list[dict[str, Any]] = []
    for row in shown:
        if not any(_overlap(row, other) for other in named):
            named.append(row)
    return named


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    degrees = zip(LABEL_DEGREES, ("longitude", "latitude"), strict=True)
    return all(abs(one[axis] - other[axis]) < room for room, axis in degrees)


def _circle(district: District, value: int) -> dict[str, Any]:
    return {
        "name": f"{district.name} {number(value)}",
        "value": value,
        "longitude": district.longitude,
        "latitude": district.latitude,
    }


@cache
def _province_borders() -> list[list[Point]]:
    """The edges that two districts of one province do not share."""
    owners: defaultdict[frozenset[Point], set[str]] = defaultdict(set)
    edges: dict[frozenset[Point], list[Point]] = {}
    for feature in boundaries()["features"]:
        for ring in feature["geometry"]["coordinates"]:
            points = [(longitude, latitude) for longitude, latitude in ring]
            for start, end in pairwise(points):
                edge = frozenset((start, end))
                owners[edge].add(feature["id"])
                edges[edge] = [start, end]
    return [edges[edge] for edge, codes in owners.items() if len(codes) == 1 or len({code[:4] for code in codes}) > 1]
