"""The representation of an answer as JSON."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field

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
    licence: str = Field(description="The address of the licence under which the figures may be used.")


def json_answer(
    question: Question, found: Found, known: Names, read: Mapping[str, SourceFreshness], licence: str
) -> Answer:
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
        licence=licence,
    )


def tag_of(answer: Answer, kind: str) -> str:
    """The entity tag of the figures in a format, whenever they were asked for: what was kept tells of its own times."""
    return weak_tag(kind.encode() + answer.model_dump_json(exclude={"as_of", "freshness"}).encode())


def _body(row: AnswerRow) -> dict[str, str | int | None]:
    figure = row.figure
    bounds = {} if figure.lower is None else {"lower": figure.lower, "upper": figure.upper}
    return {**row.members, "value": figure.value, "status": figure.status, **bounds}
