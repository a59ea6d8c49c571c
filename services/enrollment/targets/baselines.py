"""What the baselines of one indicator tell together, of months that none of them is about. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import TypeAlias

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.web.texts import N_
from contracts.disclosure import THRESHOLD


@dataclass(frozen=True, slots=True)
class Baseline:
    """What an indicator was before, beside a target of these months, or of all the time."""

    first_month: str | None
    last_month: str | None
    baseline: int


@dataclass(frozen=True, slots=True)
class Span:
    """Months from one boundary to another, and their count. A boundary is a number of months."""

    start: int
    end: int
    count: int = 0


Known: TypeAlias = Mapping[int, int]
"""Boundary → how many are counted before it, beside the other boundaries that the same baselines have."""

_ALWAYS = Span(0, 12 * 10_000)


def check_differences(stated: Baseline, others: Sequence[Baseline]) -> None:
    """Raises `RejectedError` if the baseline tells with the others, by sums and differences, how few other months had.

    A small baseline is withheld, so it tells nothing.
    """
    shown = [one for one in (stated, *others) if not _is_few(one.baseline)]
    if _tell_few(shown) and not _tell_few([one for one in shown if one is not stated]):
        raise RejectedError(_FEW_BY_DIFFERENCE)


def _tell_few(baselines: Iterable[Baseline]) -> bool:
    none: tuple[Known, ...] = ()
    told = [_spans(known) for known in reduce(_joined, map(_span, baselines), none)]
    return any(
        _is_few(count)
        for number, group in enumerate(told)
        for span in group
        for count in _rests([span], span.count, told[:number] + told[number + 1 :])
    )


def _span(baseline: Baseline) -> Span:
    if baseline.first_month is None or baseline.last_month is None:
        return Span(_ALWAYS.start, _ALWAYS.end, baseline.baseline)
    return Span(_number(baseline.first_month), _number(baseline.last_month) + 1, baseline.baseline)


def _number(month: str) -> int:
    year, month_of_year = month.split("-")
    return 12 * int(year) + int(month_of_year)


def _joined(known: tuple[Known, ...], span: Span) -> tuple[Known, ...]:
    """Adds a span to what is known: baselines with a common boundary tell of all months between their boundaries."""
    before = next((one for one in known if span.start in one), {span.start: 0})
    after = next((one for one in known if span.end in one), {span.end: 0})
    moved = before[span.start] + span.count - after[span.end]
    joined = {boundary: count + moved for boundary, count in after.items()} | dict(before)
    return (*(one for one in known if one is not before and one is not after), joined)


def _spans(known: Known) -> list[Span]:
    return [Span(start, end, known[end] - known[start]) for start, end in combinations(sorted(known), 2)]


def _rests(free: Sequence[Span], count: int, others: Sequence[Sequence[Span]]) -> Iterator[int]:
    """Yields the count, and what is left of it without months that other baselines tell of. One span of each group is
    enough: what lies between two of them is a span too."""
    yield count
    for number, group in enumerate(others):
        for part in group:
            for whole in free:
                if whole.start <= part.start and part.end <= whole.end:
                    left = [one for one in free if one is not whole]
                    left += [Span(whole.start, part.start), Span(part.end, whole.end)]
                    yield from _rests(left, count - part.count, others[number + 1 :])


def _is_few(count: int) -> bool:
    return 0 < abs(count) < THRESHOLD


_FEW_BY_DIFFERENCE = Rejection(
    "few_by_difference",
    N_("With the baselines of other targets, this one tells exactly how few the other months had."),
    field="baseline",
    remedy=N_("Leave the baseline out of one of these targets."),
)
