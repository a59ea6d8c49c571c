"""Theta sketches of visitors (Apache DataSketches): how many of them were different, within one day.

A visitor's digest changes from day to day, so sketches are merged within a day only. Over several days the estimates
are added up, and the unit is visitor-days.
"""

import base64
import binascii
from collections.abc import Iterable
from typing import Any, NamedTuple

from datasketches import compact_theta_sketch, theta_union

LOG_2_ENTRIES = 12
"""Size of the merged sketch: 4,096 entries, exact up to there and within 3 % (95 %) beyond."""

STANDARD_DEVIATIONS = 2


class Estimate(NamedTuple):
    """A number of distinct visitors, and the bounds between which it lies with 95 % confidence."""

    value: int
    lower: int
    upper: int


def decode_sketch(text: str) -> Any:
    """The sketch of its base64 text. Raises `ValueError` for any text that is no compact theta sketch."""
    try:
        return compact_theta_sketch.deserialize(base64.b64decode(text, validate=True))
    except (binascii.Error, RuntimeError, IndexError, TypeError) as error:
        raise ValueError("no compact theta sketch") from error


def distinct_visitors(sketches: Iterable[str]) -> Estimate:
    """Estimates the number of different visitors in all sketches of one day."""
    union = theta_union(LOG_2_ENTRIES)
    for text in sketches:
        union.update(decode_sketch(text))
    merged = union.get_result()
    return Estimate(
        round(merged.get_estimate()),
        int(merged.get_lower_bound(STANDARD_DEVIATIONS)),
        -int(-merged.get_upper_bound(STANDARD_DEVIATIONS) // 1),
    )
