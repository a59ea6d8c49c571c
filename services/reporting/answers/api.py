"""Each indicator's figures over HTTP, as JSON or CSV."""

import csv
from collections.abc import Sequence
from datetime import datetime
from io import StringIO
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from chassis.runtime.formulas import guarded
from services.reporting.answers import service
from services.reporting.answers.domain import Question
from services.reporting.answers.query_string import indicator_of, question_of
from services.reporting.answers.service import AnswerRow
from services.reporting.facts.domain import Names
from services.reporting.facts.service import SourceFreshness, freshness, names, programmes
from services.reporting.indicators.members import label
from services.reporting.publishing.service import looked_at
from services.reporting.resources import Res
from services.reporting.visibility import Anybody, check_may_ask

router = APIRouter(tags=["figures"])


class Answer(BaseModel):
    """An indicator's figures. `rows` have one key for each dimension asked for, `value` and `status`."""

    indicator: str
    definition_version: int
    unit: str
    as_of: datetime | None = Field(
        description="When the figures were last compared with everything read; or the requested instant, after which "
        "nothing counts that happened."
    )
    recorded_as_of: datetime | None = Field(
        None, description="The requested instant, after which nothing counts that was recorded."
    )
    freshness: dict[str, SourceFreshness] = Field(description="How far each source has been read, by topic.")
    rows: list[dict[str, str | int | None]] = Field(
        description="`status`: published, suppressed (to protect people), no_data. Estimates have `lower` and `upper`."
    )
    labels: dict[str, dict[str, str]] = Field(description="Names of the members, by dimension.")


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
    question = question_of(indicator_of(indicator), request.query_params, await programmes(res.pool))
    check_may_ask(question, principal)
    as_of_now, known = await looked_at(res.pool), await names(res.pool)
    rows = await service.answer(res.pool, question, known)
    if format == "csv":
        return _csv(question, rows, known)
    return _answer(question, rows, known, as_of_now, await freshness(res.pool))


def _answer(
    question: Question,
    rows: Sequence[AnswerRow],
    known: Names,
    as_of_now: datetime | None,
    read: dict[str, SourceFreshness],
) -> Answer:
    return Answer(
        indicator=question.indicator.id,
        definition_version=question.indicator.version,
        unit=question.indicator.unit,
        as_of=question.as_of or as_of_now,
        recorded_as_of=question.recorded_as_of,
        freshness={topic: source for topic, source in read.items() if topic in question.indicator.sources},
        rows=[_body(row) for row in rows],
        labels={
            dimension: {row.members[dimension]: label(dimension, row.members[dimension], known) for row in rows}
            for dimension in question.by
        },
    )


def _body(row: AnswerRow) -> dict[str, str | int | None]:
    figure = row.figure
    bounds = {} if figure.lower is None else {"lower": figure.lower, "upper": figure.upper}
    return {**row.members, "value": figure.value, "status": figure.status, **bounds}


def _csv(question: Question, rows: Sequence[AnswerRow], known: Names) -> Response:
    """A line for each row: the members' codes and names, then the figure; a withheld value is empty."""
    text = StringIO()
    writer = csv.writer(text)
    headings = [heading for dimension in question.by for heading in (dimension, f"{dimension}_name")]
    writer.writerow([*headings, "value", "status"])
    for row in rows:
        members = [
            part for name, member in row.members.items() for part in (member, guarded(label(name, member, known)))
        ]
        writer.writerow([*members, row.figure.value, row.figure.status])
    name = "-".join((question.indicator.id, *question.by))
    return Response(
        text.getvalue().encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
