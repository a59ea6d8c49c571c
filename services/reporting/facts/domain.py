"""Facts: the current state of everything heard of. Each has one owner, with whom it is counted."""

from collections.abc import Callable
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, ClassVar, Protocol
from uuid import UUID

from pydantic import Field, field_validator

from contracts import enrollment, media, sessions
from contracts.event import Event
from services.reporting.facts import sketches


class _Subjected(Protocol):
    """What is read of an event's class to name its kind of fact."""

    subject_field: ClassVar[str]


Countable = Annotated[int, Field(ge=0, lt=2**31)]
"""What can still be added up; more is quarantined where it is read."""


class ReadableModule(enrollment.ModulePublished):
    """A module whose hours can be added up."""

    hours: Countable


class ReadableReach(media.ReachMeasured):
    """Reach whose sketch can be merged; any other is quarantined where it is read."""

    people_visits: Countable

    @field_validator("people_sketch")
    @classmethod
    def _is_a_sketch(cls, text: str) -> str:
        sketches.decode_sketch(text)
        return text


_PUBLISHED: tuple[type[Event], ...] = (*enrollment.EVENTS, *sessions.EVENTS, *media.EVENTS)

EVENTS: tuple[type[Event], ...] = (
    *(
        event
        for event in _PUBLISHED
        if event not in (enrollment.ModulePublished, media.ReachMeasured, media.VisitRecorded)
    ),
    ReadableModule,
    ReadableReach,
)
"""Everything that reporting keeps."""

MODELS: dict[str, type[Event]] = {event.type: event for event in EVENTS}

TOPICS: tuple[str, ...] = tuple(sorted({event.topic for event in EVENTS}))


def kind_of(event: _Subjected) -> str:
    """What sort of thing the event is about: `enrollment`, `attendance`, `cohort` …"""
    return event.subject_field.removesuffix("_id")


def subject_of(event: Event) -> UUID:
    """The id of the thing the event is about."""
    subject: UUID = getattr(event, event.subject_field)
    return subject


def owner_of(event: Event) -> UUID:
    """With whom the fact is counted: its person, an asset for its publications, a day for its visitors, else itself."""
    owner: UUID = _owner(type(event))(event)
    return owner


@cache
def _owner(event: type[Event]) -> Callable[[Any], UUID]:
    """How to find it; asked for each type once, as the classes of models are slow to tell what is an instance."""
    if issubclass(event, media.ReachMeasured):
        return lambda reach: owner_of_day(reach.day)
    if issubclass(event, media.Publication):
        return attrgetter("asset_id")
    return attrgetter("person_id" if "person_id" in event.model_fields else event.subject_field)


def owner_of_day(day: date) -> UUID:
    """A day as an owner: its number, far below any id that was drawn."""
    return UUID(int=day.toordinal())
