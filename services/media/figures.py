"""Platform figures: what a platform says of a publication. An estimate, kept with how good its evidence is."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from chassis.messaging import outbox
from chassis.store.database import Connection
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.web.inputs import Command, made_before, not_before
from chassis.web.texts import N_
from contracts.media import EvidenceGrade, PlatformReachRecorded
from services.media import publications
from services.media.commands import Day

sql = queries("services.media")

Grade = Literal[EvidenceGrade.PLATFORM_ESTIMATED, EvidenceGrade.SURVEY, EvidenceGrade.DECLARED]
"""Measured is only what our own links measure."""

LARGEST = 2**31 - 1


class RecordFigure(Command):
    """A publication's reach, impressions, or both, over a period whose last day is included."""

    figure_id: UUID = Field(default_factory=new_id)
    publication_id: UUID
    period_start: Day
    period_end: Annotated[Day, not_before("period_start")]
    reach: int | None = Field(None, ge=0, le=LARGEST, description="Accounts.")
    impressions: int | None = Field(
        None, ge=0, le=LARGEST, validate_default=True, description="Times it was on a screen."
    )
    grade: Grade

    @field_validator("impressions")
    @classmethod
    def _says_something(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is None and info.data.get("reach", 0) is None:
            raise ValueError(N_("Write the reach, the impressions, or both."))
        return value


async def record(connection: Connection, command: RecordFigure, now: datetime) -> None:
    """Records the figure in the caller's transaction."""
    if made_before(await connection.fetchrow(sql.figure.text, command.figure_id), command):
        return
    publication = await publications.existing(connection, command.publication_id)
    await connection.execute(sql.add_figure.text, *command.model_dump().values())
    event = PlatformReachRecorded(**command.model_dump(), channel=publication["channel"], occurred_at=now)
    await outbox.add(connection, event)
