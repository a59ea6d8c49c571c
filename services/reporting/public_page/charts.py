"""Charts of published figures as Vega-Lite specifications. Pure.

They are drawn on a light ground as wide as a phone, and scaled up on a wide screen.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.reporting.public_page.findings import in_words
from services.reporting.publishing.disclosure import Figure

Specification = dict[str, Any]

WIDTH, HEIGHT = 340, 200
INK, MUTED, LINE, GROUND, MARK = "#25211c", "#665d52", "#e0d5c6", "#f1e8dc", "#a63d1f"
HATCHED = "url(#hatching)"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif"

CONFIG = {
    "aria": False,
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {"labelColor": INK, "labelFontSize": 14, "title": None, "grid": False, "domainColor": LINE, "ticks": False},
    "text": {"fontSize": 14, "fill": INK},
    "bar": {"fill": MARK},
}

LABELLED_COLUMNS = 10
"""With more columns, their numbers would overlap."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its member, the label below it (two members may have the same), and the published figure."""

    member: str
    label: str
    figure: Figure


def bars(listed: Sequence[Bar]) -> Specification:
    """Horizontal bars from zero, each with its number. A withheld figure is a hatched box of fixed length."""
    rows = _rows(listed)
    axis = {"labelPadding": 8, "domain": False, "labelLimit": 190, "labelExpr": _label(listed)}
    y = {"field": "member", "type": "nominal", "scale": _in_order(listed), "axis": axis}
    largest = max((row["value"] for row in rows), default=0) or 1
    x = {"field": "value", "type": "quantitative", "axis": None, "scale": {"domain": [0, largest * 1.24]}}
    box = {"x": {"value": 0}, "x2": {"value": 22}, "y": y}
    return _chart(
        rows,
        {"step": 34},
        [
            _layer({"type": "bar", "height": 22}, _SHOWN, {"x": x, "y": y}),
            _layer({"type": "text", "align": "left", "dx": 6}, _SHOWN, {"x": x, "y": y, "text": _TEXT}),
            _layer({"type": "bar", "height": 22, **_BOX}, _HIDDEN, box),
            _layer({"type": "text", "align": "left", "dx": 28}, _HIDDEN, {"x": {"value": 0}, "y": y, "text": _TEXT}),
        ],
    )


def columns(listed: Sequence[Bar]) -> Specification:
    """Columns over time from zero, with a label's second word on a second line. A withheld figure is a hatched box."""
    axis = {"labelAngle": 0, "labelPadding": 6, "labelExpr": f"split({_label(listed)}, ' ')", "labelOverlap": True}
    x = {"field": "member", "type": "nominal", "scale": _in_order(listed), "axis": axis}
    y = {"field": "value", "type": "quantitative", "axis": None}
    text = {"type": "text", "baseline": "bottom", "dy": -4, "fontSize": 13}
    numbers = _layer(text, _SHOWN, {"x": x, "y": y, "text": _TEXT})
    box = {"x": x, "y": {"value": HEIGHT - 22}, "y2": {"value": HEIGHT}}
    return _chart(
        _rows(listed),
        HEIGHT,
        [
            _layer({"type": "bar", "width": {"band": 0.8}}, _SHOWN, {"x": x, "y": y}),
            _layer({"type": "bar", "width": {"band": 0.8}, **_BOX}, _HIDDEN, box),
            *([numbers] if len(listed) <= LABELLED_COLUMNS else []),
        ],
    )


_TEXT = {"field": "text"}
_BOX = {"fill": HATCHED, "stroke": MUTED, "strokeWidth": 0.5}
_SHOWN = {"filter": "datum.status == 'published'"}
_HIDDEN = {"filter": "datum.status == 'suppressed'"}


def _in_order(listed: Sequence[Bar]) -> Specification:
    return {"domain": [bar.member for bar in listed]}


def _label(listed: Sequence[Bar]) -> str:
    """The Vega expression of a member's label."""
    return f"{json.dumps({bar.member: bar.label for bar in listed})}[datum.value]"


def _layer(mark: Specification, which: Specification, encoding: Specification) -> Specification:
    return {"mark": mark, "transform": [which], "encoding": encoding}


def _chart(rows: Sequence[Specification], height: object, layers: Sequence[Specification]) -> Specification:
    return {
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 8, "right": 2, "top": 2, "bottom": 2},
        "config": CONFIG,
        "data": {"values": rows},
        "layer": layers,
    }


def _rows(listed: Iterable[Bar]) -> list[Specification]:
    return [
        {
            "member": bar.member,
            "value": bar.figure.value or 0,
            "text": in_words(bar.figure),
            "status": bar.figure.status,
        }
        for bar in listed
    ]
