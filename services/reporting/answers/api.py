"""Each indicator's figures over HTTP: reads a question from the query string, and answers with JSON or a file.

An unknown name is refused with a list of the known ones.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.datastructures import QueryParams

from chassis.web import spreadsheets
from chassis.web.access import Anybody
from chassis.web.auth.principal import Principal
from chassis.web.openapi import content_of
from chassis.web.problems import Problem
from chassis.web.reads import ReadRequest
from chassis.web.texts import _
from services.reporting.answers import service
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
from services.reporting.answers.files import Source, figures_file
from services.reporting.answers.parquet import PARQUET
from services.reporting.answers.representations import Answer, json_answer, tag_of
from services.reporting.facts.service import freshness, names, programmes
from services.reporting.indicators.domain import Indicator
from services.reporting.indicators.registry import INDICATORS
from services.reporting.resources import Res
from services.reporting.visibility import may_ask, may_see_finer

router = APIRouter(tags=["figures"])

FORMATS = {
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": spreadsheets.XLSX,
    "parquet": PARQUET,
}
"""The media type of each format."""

Format = Literal["json", "csv", "xlsx", "parquet"]


@router.get(
    "/api/indicators/{indicator}",
    response_model=Answer,
    responses=content_of(FORMATS["csv"], FORMATS["xlsx"], FORMATS["parquet"]),
)
async def figures_of_indicator(
    indicator: Annotated[str, Path(json_schema_extra={"enum": list(INDICATORS)})],
    request: Request,
    response: Response,
    res: Res,
    principal: Anybody,
    by: Annotated[str, Query(description="Dimensions, separated by commas; without it the total.")] = "",
    programme: Annotated[str | None, Query(description="A programme's id or code.")] = None,
    start: Annotated[str | None, Query(alias="from", description="First month, such as 2025-04.")] = None,
    end: Annotated[str | None, Query(alias="to", description="Last month, such as 2025-12.")] = None,
    as_of: Annotated[
        str | None,
        Query(description="Only what happened by then: a day (to its end), or an instant."),
    ] = None,
    recorded_as_of: Annotated[
        str | None,
        Query(description="Only what was recorded by then: a day (to its end), or an instant."),
    ] = None,
    format: Annotated[  # noqa: A002
        str | None,
        Query(description="Without it, what `Accept` asks for, else json.", json_schema_extra={"enum": list(FORMATS)}),
    ] = None,
) -> Any:
    """The total or a list by one dimension, as published, for everybody.

    Coordinators and auditors have every slice exactly, as of any instant.
    """
    question = _question(_indicator(indicator), request.query_params, await programmes(res.pool))
    _check_may_ask(question, principal)
    known = await names(res.pool)
    exact = may_see_finer(principal)
    found = await service.answer(res.pool, question, known, exact=exact)
    if principal and exact:
        await _record(ReadRequest(request, principal), found)
    kind = cast(Format, format or _accepted(request.headers.get("accept", "")))
    licence = res.settings.data_licence_url
    if kind == "json":
        answer = json_answer(question, found, known, await freshness(res.pool), licence)
        response.headers.update(_headers(answer, kind))
        return answer
    source = Source(_address(request, res.settings.public_url), licence)
    file = figures_file(kind, question, found, known, source)
    file.headers.update(_headers(json_answer(question, found, known, {}, licence), kind))
    return file


def _headers(answer: Answer, kind: Format) -> dict[str, str]:
    return {"ETag": tag_of(answer, kind), "Vary": "Accept"}


def _address(request: Request, public_url: str) -> str:
    """The address of the same figures as JSON, whatever the format and the language that were asked for."""
    asked = request.query_params.multi_items()
    query = urlencode([(name, value) for name, value in asked if name != "format"])
    return f"{public_url}{request.url.path}{'?' if query else ''}{query}"


async def _record(read: ReadRequest, found: service.Found) -> None:
    """Adds the entry of an exact answer: a figure of one is somebody's profile."""
    read.shows(found.rows)
    await read.record()


def _check_may_ask(question: Question, principal: Principal | None) -> None:
    if may_ask(question, principal):
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
    raise Problem(
        403,
        "wrong_role",
        _("Your role does not allow this."),
        remedy=_("Ask by one dimension.") if question.is_of_now else _("Leave out as_of and recorded_as_of."),
        headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'},
    )


def _indicator(name: str) -> Indicator:
    """The indicator of this id."""
    if name not in INDICATORS:
        raise _unknown("unknown_indicator", _("There is no such indicator."), "indicator", INDICATORS)
    return INDICATORS[name]


def _question(indicator: Indicator, query: QueryParams, programmes: Mapping[str, str]) -> Question:
    """The question of the query string. `programmes`: each programme's id by its id and by its code."""
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


def _accepted(accept: str) -> str:
    """The first format whose media type the client accepts by name, else JSON."""
    return next((name for name, media_type in FORMATS.items() if media_type in accept), "json")


def _unknown(code: str, detail: str, field: str | None, known: Iterable[str]) -> Problem:
    return Problem(400, code, detail, field=field, remedy=_("Known: %(names)s.", names=", ".join(known)))
