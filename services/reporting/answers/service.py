"""Answers: public ones from the published figures, exact ones from the contributions or the history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chassis.store.database import Pool
from contracts.reporting import CellStatus
from services.reporting.answers.domain import Question
from services.reporting.answers.history import amounts_as_of
from services.reporting.counting.service import slice_sums
from services.reporting.facts.domain import Names
from services.reporting.indicators.members import in_order, listed
from services.reporting.indicators.registry import PEOPLE
from services.reporting.indicators.slices import DIMENSIONS, PROGRAMME, TOTAL
from services.reporting.publishing.disclosure import NO_DATA, Figure, over_months
from services.reporting.publishing.service import looked_at, moved_at, published, total_of_list

SumsByRow = dict[tuple[str, ...], dict[str, int]]
"""A row's members, in the order of the question's dimensions → measure → sum."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """The member of each dimension of the question, and the figure."""

    members: Mapping[str, str]
    figure: Figure


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of an answer, and as of when they hold."""

    rows: Sequence[AnswerRow]
    as_of: datetime | None


async def answer(pool: Pool, question: Question, names: Names, *, exact: bool) -> Found:
    """The answer, for a reader who may have it: the caller has checked that, and whether the figures may be `exact`."""
    if not question.is_of_now:
        return Found(await answer_as_of(pool, question, names), question.as_of or await looked_at(pool))
    if exact:
        as_of = await looked_at(pool)
        return Found(await exact_answer(pool, question, names), as_of)
    as_of = await moved_at(pool, question.indicator, *question.dimensions) or await looked_at(pool)
    return Found(await public_answer(pool, question, names), as_of)


async def public_answer(pool: Pool, question: Question, names: Names) -> list[AnswerRow]:
    """The answer to a public question, from the published figures."""
    if not question.by:
        return [AnswerRow({}, await _one_public_figure(pool, question))]
    (dimension,) = question.by
    figures = (await published(pool, question.indicator.id, dimension))[dimension]
    if not figures:
        figures = dict.fromkeys(listed(question.indicator, dimension, names), NO_DATA)
    members = in_order(question.indicator, dimension, figures, names)
    if dimension == "month":
        members = [month for month in members if question.first <= month <= question.last]
    return [AnswerRow({dimension: member}, figures[member]) for member in members]


async def _one_public_figure(pool: Pool, question: Question) -> Figure:
    lists = await published(pool, question.indicator.id, TOTAL, "month", PROGRAMME)
    if question.programme:
        return lists[PROGRAMME].get(question.programme, NO_DATA)
    total = lists[TOTAL].get(TOTAL, NO_DATA)
    if not question.is_limited:
        return total
    if question.indicator in PEOPLE and total.value is not None:
        total = await total_of_list(pool, question.indicator, "month", lists["month"])
    return over_months(total, lists["month"], question.first, question.last)


async def exact_answer(pool: Pool, question: Question, names: Names) -> list[AnswerRow]:
    """Exact figures of any slice, from what each owner adds now."""
    sums = await slice_sums(
        pool,
        measures=question.indicator.measures,
        scope=question.scope,
        first=question.first,
        last=question.last,
        other_dimensions=[dimension for dimension in DIMENSIONS if dimension not in question.by],
        additive=question.indicator.additive,
        estimated_by=question.estimated_by,
    )
    found: SumsByRow = {}
    for one in sums:
        row = tuple(one.members[dimension] for dimension in question.by)
        found.setdefault(row, {})[one.measure] = one.n
    return _exact_rows(question, found, names)


async def answer_as_of(pool: Pool, question: Question, names: Names) -> list[AnswerRow]:
    """Exact figures of any slice as of the question's instants."""
    found: SumsByRow = {}
    for cell, amount in (await amounts_as_of(pool, question)).items():
        if (row := question.row_of(cell)) is not None:
            sums = found.setdefault(row, {})
            sums[cell.measure] = sums.get(cell.measure, 0) + amount
    return _exact_rows(question, found, names)


def _exact_rows(question: Question, found: SumsByRow, names: Names) -> list[AnswerRow]:
    sums: SumsByRow = {row: {} for row in _rows_of_every_answer(question, names)} | found
    rows = _sorted(question, sums, names)
    return [AnswerRow(dict(zip(question.by, row, strict=True)), _exact_figure(question, sums[row])) for row in rows]


def _rows_of_every_answer(question: Question, names: Names) -> list[tuple[str, ...]]:
    """The rows of an answer whether or not anything falls in them: a total, or the listed members of one dimension."""
    if len(question.by) == 1:
        return [(member,) for member in listed(question.indicator, question.by[0], names)]
    return [] if question.by else [()]


def _exact_figure(question: Question, sums: Mapping[str, int]) -> Figure:
    value, *bounds = (sums.get(measure, 0) for measure in question.indicator.measures)
    return Figure(value, CellStatus.PUBLISHED, *bounds)


def _sorted(question: Question, rows: Mapping[tuple[str, ...], object], names: Names) -> list[tuple[str, ...]]:
    orders = [
        in_order(question.indicator, dimension, set(members), names)
        for dimension, members in zip(question.by, zip(*rows, strict=True), strict=False)
    ]
    return sorted(rows, key=lambda row: [order.index(member) for order, member in zip(orders, row, strict=True)])
