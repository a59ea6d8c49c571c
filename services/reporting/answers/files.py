"""An answer as a file that says in each row what it is a figure of: CSV and Parquet for programs, XLSX for people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from fastapi import Response

from chassis.web import spreadsheets
from chassis.web.files import download
from chassis.web.formats import date_time
from chassis.web.spreadsheets import Cell
from chassis.web.texts import N_, _
from contracts.territory import code_key
from services.reporting.answers.domain import Question
from services.reporting.answers.parquet import PARQUET, parquet_file
from services.reporting.answers.service import AnswerRow, Found
from services.reporting.facts.domain import Names
from services.reporting.indicators.members import label
from services.reporting.indicators.slices import DIMENSIONS

PLACES = ("district", "province")
"""The dimensions whose members programs that read a CSV take for numbers, and whose keys they do not."""

_STATUSES = N_(
    "“suppressed” is withheld to protect people, and is not zero; “no_data” is neither. A value that is withheld is "
    "empty."
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the figures are from, and what may be done with them, as addresses."""

    address: str
    licence: str


def figures_file(
    kind: Literal["csv", "xlsx", "parquet"], question: Question, found: Found, known: Names, source: Source
) -> Response:
    """The rows of the answer as a file that is named by the question."""
    name = "-".join((question.indicator.id, *question.by))
    headings = list(_headings(question))
    lines = [list(_line(question, row, found, known, source)) for row in found.rows]
    if kind == "parquet":
        content = parquet_file(headings, lines, _metadata(question, found, source))
        return download(content, PARQUET, f"{name}.parquet")
    title = _(question.indicator.texts.name)
    return spreadsheets.response(kind, name, title, headings, lines, _notes(question, found, source))


def _headings(question: Question) -> Iterator[str]:
    """The names of the columns. New ones are added behind, because programs may count columns."""
    for dimension in question.by:
        yield from (dimension, f"{dimension}_name")
    yield from ("value", "status", "indicator", "definition_version", "as_of", "lower", "upper", "unit")
    yield from (f"{dimension}_key" for dimension in question.by if dimension in PLACES)
    yield from ("source", "licence")


def _line(question: Question, row: AnswerRow, found: Found, known: Names, source: Source) -> Iterator[Cell]:
    indicator, figure = question.indicator, row.figure
    for dimension, member in row.members.items():
        yield from (member, label(dimension, member, known))
    yield from (figure.value, figure.status.value, indicator.id, indicator.version)
    yield from (found.as_of and found.as_of.isoformat(), figure.lower, figure.upper, indicator.unit)
    yield from (code_key(member) for dimension, member in row.members.items() if dimension in PLACES)
    yield from (source.address, source.licence)


def _metadata(question: Question, found: Found, source: Source) -> Mapping[str, str]:
    """What a program has to know of the file, by names that are the same in every language."""
    indicator = question.indicator
    return {
        "indicator": indicator.id,
        "definition_version": str(indicator.version),
        "unit": indicator.unit,
        "as_of": found.as_of.isoformat() if found.as_of else "",
        "source": source.address,
        "licence": source.licence,
        "title": _(indicator.texts.name),
        "description": _(indicator.texts.description),
        "rule": _(indicator.texts.rule),
        "limits": _(indicator.texts.limits),
    }


def _notes(question: Question, found: Found, source: Source) -> Mapping[str, str]:
    """What a reader of the file has to know, in their language."""
    texts = question.indicator.texts
    return {
        _("Indicator"): _(texts.name),
        _("Question"): _(texts.description),
        _("Broken down by"): ", ".join(_(DIMENSIONS[dimension].label) for dimension in question.by) or _("the total"),
        _("Rule"): _(texts.rule),
        _("Unit"): _(question.indicator.unit),
        _("Limits"): _(texts.limits),
        _("As of"): date_time(found.as_of) if found.as_of else _("not counted yet"),
        _("Status"): _(_STATUSES),
        _("Source"): source.address,
        _("Licence"): source.licence,
    }
