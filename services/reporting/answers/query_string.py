"""Reading a question from a request's address; what is not known is refused with a list of what is."""

from collections.abc import Iterable
from datetime import datetime

from starlette.datastructures import QueryParams

from chassis.web.auth.principal import Principal
from chassis.web.problems import Problem
from chassis.web.texts import _
from services.reporting.answers.domain import (  # fmt: skip
    FIRST,
    LAST,
    NotAMonth,
    NotAnInstant,
    Question,
    instant_of,
    month_that_ends,
    month_that_starts,
)
from services.reporting.indicators.registry import INDICATORS, Indicator

PARAMETERS = ("by", "programme", "from", "to", "as_of", "recorded_as_of", "format")
FORMATS = ("json", "csv")

MAY_SEE_FINER = frozenset({"coordinator", "auditor"})


def indicator_called(name: str) -> Indicator:
    """The indicator of this id."""
    if name not in INDICATORS:
        raise _unknown("unknown_indicator", _("There is no such indicator."), "indicator", INDICATORS)
    return INDICATORS[name]


def question_of(indicator: Indicator, query: QueryParams, programmes: dict[str, str]) -> Question:
    """What is asked. `programmes`: each programme's id by its id and by its code."""
    if set(query) - set(PARAMETERS):
        raise _unknown("unknown_parameter", _("The address has a parameter that is not known here."), None, PARAMETERS)
    if len(query.multi_items()) > len(query):
        raise Problem(
            400,
            "repeated_parameter",
            _("A parameter stands in the address twice."),
            remedy=_("Separate dimensions by commas: by=district,sex."),
        )
    _checked_format(query)
    question = Question(
        indicator,
        _dimensions(indicator, query.get("by", "")),
        _programme(query.get("programme"), programmes),
        _month(query, "from", FIRST),
        _month(query, "to", LAST),
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


def check_may_ask(question: Question, principal: Principal | None) -> None:
    """The public has the total, or one dimension, of now; finer slices and other instants are for some roles."""
    if question.is_public:
        return
    if principal is None and not question.is_of_now:
        raise Problem(
            401,
            "not_of_now",
            _("The public has the figures of now: what two instants tell by their difference could reveal people."),
            remedy=_("Leave out as_of and recorded_as_of, or sign in as coordinator or auditor."),
            headers={"WWW-Authenticate": "Bearer"},
        )
    if principal is None:
        raise Problem(
            401,
            "finer_than_public",
            _("The public has the total, or one dimension or filter: finer slices could reveal people."),
            remedy=_("Ask by one dimension, or sign in as coordinator or auditor."),
            headers={"WWW-Authenticate": "Bearer"},
        )
    if principal.roles.isdisjoint(MAY_SEE_FINER):
        raise Problem(
            403,
            "wrong_role",
            _("Your role does not allow this."),
            remedy=_("Ask by one dimension.") if question.is_of_now else _("Leave out as_of and recorded_as_of."),
        )


def _dimensions(indicator: Indicator, text: str) -> tuple[str, ...]:
    asked = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not set(asked) <= set(indicator.dimensions):
        raise _unknown("unknown_dimension", _("This indicator has no such dimension."), "by", indicator.dimensions)
    return asked


def _programme(asked: str | None, programmes: dict[str, str]) -> str | None:
    if asked is None:
        return None
    if asked not in programmes:
        raise _unknown("unknown_programme", _("There is no such programme."), "programme", programmes)
    return programmes[asked]


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


def _checked_format(query: QueryParams) -> None:
    if query.get("format", "json") not in FORMATS:
        raise _unknown("unknown_format", _("There is no such format."), "format", FORMATS)


def _unknown(code: str, detail: str, field: str | None, known: Iterable[str]) -> Problem:
    return Problem(400, code, detail, field=field, remedy=_("Known: %(names)s.", names=", ".join(known)))
