"""Reads a question from a request's query string. An unknown name is refused with a list of the known ones."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from starlette.datastructures import QueryParams

from chassis.web.problems import Problem
from chassis.web.texts import _
from services.reporting.answers.domain import (
    FIRST_MONTH,
    LAST_MONTH,
    NotAMonth,
    NotAnInstant,
    Question,
    instant_of,
    month_that_ends,
    month_that_starts,
)
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.registry import INDICATORS

PARAMETERS = ("by", "programme", "from", "to", "as_of", "recorded_as_of", "format")
FORMATS = ("json", "csv")


def indicator_of(name: str) -> Indicator:
    """The indicator of this id."""
    if name not in INDICATORS:
        raise _unknown("unknown_indicator", _("There is no such indicator."), "indicator", INDICATORS)
    return INDICATORS[name]


def question_of(indicator: Indicator, query: QueryParams, programmes: Mapping[str, str]) -> Question:
    """The question of the query string. `programmes`: each programme's id by its id and by its code."""
    if set(query) - set(PARAMETERS):
        raise _unknown("unknown_parameter", _("The address has a parameter that is not known here."), None, PARAMETERS)
    if len(query.multi_items()) > len(query):
        raise Problem(
            400,
            "repeated_parameter",
            _("A parameter stands in the address twice."),
            remedy=_("Separate dimensions by commas: by=district,sex."),
        )
    _check_format(query)
    question = Question(
        indicator,
        _dimensions(indicator, query.get("by", "")),
        _programme(query.get("programme"), programmes),
        _month(query, "from", FIRST_MONTH),
        _month(query, "to", LAST_MONTH),
        _instant(query, "as_of"),
        _instant(query, "recorded_as_of"),
    )
    _check(question)
    return question


def _check(question: Question) -> None:
    if question.first > question.last:
        raise Problem(400, "empty_period", _("The period ends before it begins."), field="to")
    if question.adds_what_cannot_be_added:
        raise Problem(
            400,
            "not_additive",
            _("Distinct visitors are estimated for one dimension at a time and cannot be added up."),
            field="by",
            remedy=_("Ask by one dimension; months and programmes may be added to it."),
        )


def _dimensions(indicator: Indicator, text: str) -> tuple[str, ...]:
    requested = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not set(requested) <= set(indicator.dimensions):
        raise _unknown("unknown_dimension", _("This indicator has no such dimension."), "by", indicator.dimensions)
    return requested


def _programme(requested: str | None, programmes: Mapping[str, str]) -> str | None:
    if requested is None:
        return None
    if requested not in programmes:
        raise _unknown("unknown_programme", _("There is no such programme."), "programme", programmes)
    return programmes[requested]


def _month(query: QueryParams, name: str, default: str) -> str:
    text = query.get(name)
    if text is None:
        return default
    try:
        return month_that_starts(text) if name == "from" else month_that_ends(text)
    except NotAMonth:
        raise Problem(
            400,
            "not_a_month",
            _("Figures are kept by whole months."),
            field=name,
            remedy=_("Give a month such as 2025-04, or a date on which a month begins (from) or ends (to)."),
        ) from None


def _instant(query: QueryParams, name: str) -> datetime | None:
    text = query.get(name)
    try:
        return None if text is None else instant_of(text)
    except NotAnInstant:
        raise Problem(
            400,
            "not_an_instant",
            _("This is neither a day nor an instant."),
            field=name,
            remedy=_("Give a day such as 2025-06-30, to its end, or an instant such as 2025-06-30T17:00:00Z."),
        ) from None


def _check_format(query: QueryParams) -> None:
    if query.get("format", "json") not in FORMATS:
        raise _unknown("unknown_format", _("There is no such format."), "format", FORMATS)


def _unknown(code: str, detail: str, field: str | None, known: Iterable[str]) -> Problem:
    return Problem(400, code, detail, field=field, remedy=_("Known: %(names)s.", names=", ".join(known)))
