"""Commands of the calendar."""

from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from chassis.store.identifiers import new_id
from chassis.web.inputs import Input
from chassis.web.texts import N_
from contracts.sessions import SessionKind
from services.sessions.fields import District, Line, UtcInstant


class Period(Input):
    """A start and a later end."""

    starts_at: UtcInstant
    ends_at: UtcInstant

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError(N_("The end must be after the start."))
        return self


class ScheduleSession(Period):
    """Plan a session of a cohort. `required`: completion asks for it."""

    session_id: UUID = Field(default_factory=new_id)
    cohort_id: UUID
    kind: SessionKind
    title: Line
    module_id: UUID | None = None
    district: District
    place: Line
    required: bool = True


class RescheduleSession(Period):
    """Move a session to another time, and to another place if one is named."""

    place: Line | None = None
