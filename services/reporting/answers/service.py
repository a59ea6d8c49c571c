"""Answers: the public ones from what was published, the finer ones from the cells."""

from collections.abc import Mapping
from dataclasses import dataclass

from chassis.store.database import Pool
from chassis.store.queries import queries
from contracts.reporting import CellStatus
from services.reporting.answers.domain import Question
from services.reporting.answers.history import amounts_as_of
from services.reporting.indicators.members import Names, in_order, listed
from services.reporting.indicators.registry import DIMENSIONS
from services.reporting.indicators.slices import PROGRAMME, TOTAL
from services.reporting.publishing.disclosure import NO_DATA, Figure, over_months

sql = queries("services.reporting")

Published = Mapping[str, Mapping[str, Figure]]
"""Dimension → member → figure."""

Sums = dict[tuple[str, ...], dict[str, int]]
"""The members of each dimension asked for → measure → sum."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One row of an answer: the member of each dimension asked for, and the figure."""

    members: Mapping[str, str]
    figure: Figure


async def published(pool: Pool, indicator: str, *dimensions: str) -> Published:
    """The public lists of an indicator by these dimensions, from one look."""
    found: dict[str, dict[str, Figure]] = {dimension: {} for dimension in dimensions}
    for row in await pool.fetch(sql.published_by.text, indicator, list(dimensions)):
        figure = Figure(row["value"], CellStatus(row["status"]), row["lower"], row["upper"])
        found[row["dimension"]][row["member"]] = figure
    return found


async def answer(pool: Pool, question: Question, names: Names) -> list[AnswerRow]:
    """What was asked; whether the asker may have it was checked."""
    if question.is_public:
        return await public_answer(pool, question, names)
    return await (live_answer if question.is_of_now else answer_as_of)(pool, question, names)


async def public_answer(pool: Pool, question: Question, names: Names) -> list[AnswerRow]:
    """What the public may have; the question must be one of the public's."""
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
    return over_months(total, lists["month"], question.first, question.last) if question.is_limited else total


async def live_answer(pool: Pool, question: Question, names: Names) -> list[AnswerRow]:
    """Exact figures of any slice, for those who may see them."""
    rows = await pool.fetch(
        sql.live_sums.text,
        list(question.indicator.measures),
        question.scope,
        list(question.estimated_by),
        question.first,
        question.last,
        question.indicator.additive,
        [dimension for dimension in DIMENSIONS if dimension not in question.by],
    )
    found: Sums = {}
    for row in rows:
        key = tuple(row["members"][dimension] for dimension in question.by)
        found.setdefault(key, {})[row["measure"]] = row["n"]
    return _exact_lines(question, found, names)


async def answer_as_of(pool: Pool, question: Question, names: Names) -> list[AnswerRow]:
    """Exact figures of any slice as of the question's instants, counted again from the history."""
    found: Sums = {}
    for cell, amount in (await amounts_as_of(pool, question)).items():
        if (key := question.place(cell)) is not None:
            sums = found.setdefault(key, {})
            sums[cell.measure] = sums.get(cell.measure, 0) + amount
    return _exact_lines(question, found, names)


def _exact_lines(question: Question, found: Sums, names: Names) -> list[AnswerRow]:
    amounts: Sums = {key: {} for key in _always(question, names)} | found
    keys = _sorted(question, amounts, names)
    return [AnswerRow(dict(zip(question.by, key, strict=True)), _exact(question, amounts[key])) for key in keys]


def _always(question: Question, names: Names) -> list[tuple[str, ...]]:
    """The rows that an answer has whether or not anything falls in them: a total, a list's known members."""
    if len(question.by) == 1:
        return [(member,) for member in listed(question.indicator, question.by[0], names)]
    return [] if question.by else [()]


def _exact(question: Question, amounts: Mapping[str, int]) -> Figure:
    value, *bounds = (amounts.get(measure, 0) for measure in question.indicator.measures)
    return Figure(value, CellStatus.PUBLISHED, *bounds)


def _sorted(question: Question, keys: Mapping[tuple[str, ...], object], names: Names) -> list[tuple[str, ...]]:
    columns = zip(*keys, strict=True)
    orders = [
        in_order(question.indicator, dimension, set(column), names)
        for dimension, column in zip(question.by, columns, strict=False)
    ]
    return sorted(keys, key=lambda key: [order.index(member) for order, member in zip(orders, key, strict=True)])
