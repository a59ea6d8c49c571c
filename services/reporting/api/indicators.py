"""Figures over HTTP: the registry, and each indicator's answers as JSON or CSV."""

import csv
from collections.abc import Sequence
from datetime import datetime
from io import StringIO
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from chassis.runtime.formulas import guarded
from chassis.web.texts import _
from services.reporting import figures, sources
from services.reporting.api.asking import check_may_ask, indicator_called, question_of
from services.reporting.api.dependencies import Anybody, Res
from services.reporting.figures import Line
from services.reporting.indicators import INDICATORS, Indicator
from services.reporting.members import Names, label
from services.reporting.questions import Question
from services.reporting.sources import SourceFreshness

router = APIRouter(tags=["figures"])


class Definition(BaseModel):
    """An indicator's definition."""

    id: str
    version: int
    name: str
    unit: str
    additive: bool = Field(description="Whether its slices within one programme (or all) may be added up.")
    of_people: bool = Field(description="Whether counts of 1 to 9 are withheld.")
    dimensions: tuple[str, ...]
    description: str = Field(description="The question it answers.")
    rule: str
    standard: str
    limits: str


class Answer(BaseModel):
    """An indicator's figures. `rows` have one key for each dimension asked for, `value` and `status`."""

    indicator: str
    definition_version: int
    unit: str
    as_of: datetime | None = Field(
        description="When the figures were last compared with everything read; or as was asked: what happened later "
        "is left out."
    )
    recorded_as_of: datetime | None = Field(None, description="What was recorded later is left out, as was asked.")
    freshness: dict[str, SourceFreshness] = Field(description="How far each source has been read, by topic.")
    rows: list[dict[str, str | int | None]] = Field(
        description="`status`: published, suppressed (to protect people), no_data. Estimates have `lower` and `upper`."
    )
    labels: dict[str, dict[str, str]] = Field(description="Names of the members, by dimension.")


@router.get("/api/indicators")
async def list_indicators() -> list[Definition]:
    """Every indicator's definition: all of the registry, in no pages."""
    return [_definition(indicator) for indicator in INDICATORS.values()]


@router.get("/api/indicators/{indicator}", response_model=Answer, responses={200: {"content": {"text/csv": {}}}})
async def figures_of_indicator(
    indicator: str,
    request: Request,
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
    format: Annotated[str, Query(description="json, or csv.")] = "json",  # noqa: A002
) -> Any:
    """The total or a list by one dimension, of now, for everybody; other slices and instants for some roles."""
    definition = indicator_called(indicator)
    names = await sources.names(res.pool)
    question = question_of(definition, request.query_params, await _programmes(res, names))
    check_may_ask(question, principal)
    looked_at = await res.pool.fetchval(figures.sql.looked_at.text)
    lines = await figures.answer(res.pool, question, names)
    if format == "csv":
        return _as_csv(question, lines, names)
    return _as_json(question, lines, names, looked_at, await sources.freshness(res.pool))


async def _programmes(res: Res, names: Names) -> dict[str, str]:
    codes = await sources.programme_codes(res.pool)
    return codes | {programme: programme for programme in names.get("programme", {})}


def _definition(indicator: Indicator) -> Definition:
    texts = {name: _(getattr(indicator, name)) for name in ("name", "description", "rule", "standard", "limits")}
    return Definition(
        id=indicator.id,
        version=indicator.version,
        unit=indicator.unit,
        additive=indicator.additive,
        of_people=indicator.of_people,
        dimensions=indicator.dimensions,
        **texts,
    )


def _as_json(
    question: Question,
    lines: Sequence[Line],
    names: Names,
    looked_at: datetime | None,
    freshness: dict[str, SourceFreshness],
) -> Answer:
    return Answer(
        indicator=question.indicator.id,
        definition_version=question.indicator.version,
        unit=question.indicator.unit,
        as_of=question.as_of or looked_at,
        recorded_as_of=question.recorded_as_of,
        freshness={topic: read for topic, read in freshness.items() if topic in question.indicator.sources},
        rows=[_row(line) for line in lines],
        labels={
            dimension: {line.members[dimension]: label(dimension, line.members[dimension], names) for line in lines}
            for dimension in question.by
        },
    )


def _row(line: Line) -> dict[str, str | int | None]:
    figure = line.figure
    bounds = {} if figure.lower is None else {"lower": figure.lower, "upper": figure.upper}
    return {**line.members, "value": figure.value, "status": figure.status, **bounds}


def _as_csv(question: Question, lines: Sequence[Line], names: Names) -> Response:
    """A line for each row: the members' codes and names, then the figure; a withheld value is empty."""
    text = StringIO()
    writer = csv.writer(text)
    headings = [heading for dimension in question.by for heading in (dimension, f"{dimension}_name")]
    writer.writerow([*headings, "value", "status"])
    for line in lines:
        members = [
            part for name, member in line.members.items() for part in (member, guarded(label(name, member, names)))
        ]
        writer.writerow([*members, line.figure.value, line.figure.status])
    name = "-".join((question.indicator.id, *question.by))
    return Response(
        text.getvalue().encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
