"""Commands of plans."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from chassis.web.inputs import Input
from chassis.web.locale import current
from contracts.event import DayOfInstants
from contracts.sessions import SessionKind
from services.sessions.calendar.commands import ScheduleSession
from services.sessions.fields import District, Hours, Line

MOST_SESSIONS = 200
"""Of a course that are planned at once."""


class DeclareComplete(Input):
    """Say that every session of a cohort is planned."""

    accept_missing: bool = Field(
        False, description="Whether it is complete although modules ask for more required sessions than are planned."
    )


class CourseSession(Input):
    """A required session of a course. Without a day it is not planned yet."""

    session_id: UUID
    module_id: UUID
    title: Line
    day: DayOfInstants | None = None


def _in_order(numbered: object) -> object:
    """Makes a list of what a form sends as parts with numbers for names."""
    return list(numbered.values()) if isinstance(numbered, dict) else numbered


class PlanCourse(Hours):
    """Plan the sessions that the modules ask for, all at the same hours and in the same place."""

    sessions: Annotated[list[CourseSession], BeforeValidator(_in_order)] = Field(max_length=MOST_SESSIONS)
    district: District
    place: Line

    def scheduling(self, cohort_id: UUID) -> dict[str, ScheduleSession]:
        """The commands for those that have a day, by the field of the day."""
        zone = current().zone
        return {
            f"sessions.{number}.day": ScheduleSession(
                **session.model_dump(exclude={"day"}),
                cohort_id=cohort_id,
                kind=SessionKind.TRAINING,
                district=self.district,
                place=self.place,
                starts_at=datetime.combine(session.day, self.starts, zone),
                ends_at=datetime.combine(session.day, self.ends, zone),
            )
            for number, session in enumerate(self.sessions)
            if session.day
        }
