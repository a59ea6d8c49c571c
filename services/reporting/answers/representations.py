"""The representations of an answer: JSON and CSV."""

import csv
from collections.abc import Mapping
from datetime import datetime
from io import StringIO

from pydantic import BaseModel, Field

from chassis.runtime.formulas import guarded
from chassis.web.validators import weak_tag
from services.reporting.answers.domain import Question
from services.reporting.answers.service import AnswerRow, Found
from services.reporting.facts.domain import Names
from services.reporting.facts.service import SourceFreshness
from services.reporting.indicators.members import label


class Answer(BaseModel):
    """An indicator's figures. `rows` have one key for each dimension asked for, `value` and `status`."""

    indicator: str
    definition_version: int
    unit: str
    as_of: datetime | None = Field(
        description="When the figures were last compared with everything read; of a breakdown of people, when it last "
        "moved; or the requested instant, after which nothing counts that happened."
    )
    recorded_as_of: datetime | None = Field(
        None, description="The requested instant, after which nothing counts that was recorded."
    )
    freshness: dict[str, SourceFreshness] = Field(description="How far each source has been read, by topic.")
    rows: list[dict[str, str | int | None]] = Field(
        description="`status`: published, suppressed (to protect people), no_data. Estimates have `lower` and `upper`."
    )
    labels: dict[str, dict[str, str]] = Field(description="Names of the members, by dimension.")


def json_answer(question: Question, found: Found, known: Names, read: Mapping[str, SourceFreshness]) -> Answer:
    """The answer with its definition, freshness and the labels of its members."""
    return Answer(
        indicator=question.indicator.id,
        definition_version=question.indicator.version,
        unit=question.indicator.unit,
        as_of=found.as_of,
        recorded_as_of=question.recorded_as_of,
        freshness={topic: source for topic, source in read.items() if topic in question.indicator.sources},
        rows=[_body(row) for row in found.rows],
        labels={
            dimension: {row.members[dimension]: label(dimension, row.members[dimension], known) for row in found.rows}
            for dimension in question.by
        },
    )


def tag_of(answer: Answer) -> str:
    """The entity tag of the figures, whenever they were asked for: an answer that was kept tells of its own times."""
    return weak_tag(answer.model_dump_json(exclude={"as_of", "freshness"}).encode())


def _body(row: AnswerRow) -> dict[str, str | int | None]:
    figure = row.figure
    bounds = {} if figure.lower is None else {"lower": figure.lower, "upper": figure.upper}
    return {**row.members, "value": figure.value, "status": figure.status, **bounds}


def csv_answer(question: Question, found: Found, known: Names) -> bytes:
    """A line for each row: the members' codes and names, the figure, and what it is a figure of. A withheld value is
    empty."""
    text = StringIO()
    writer = csv.writer(text)
    headings = [heading for dimension in question.by for heading in (dimension, f"{dimension}_name")]
    writer.writerow([*headings, "value", "status", "indicator", "definition_version", "as_of"])
    source = [question.indicator.id, question.indicator.version, found.as_of and found.as_of.isoformat()]
    for row in found.rows:
        members = [
            part for name, member in row.members.items() for part in (member, guarded(label(name, member, known)))
        ]
        writer.writerow([*members, row.figure.value, row.figure.status, *source])
    return text.getvalue().encode("utf-8-sig")
