"""Facts: the newest state of everything that the other services' events are about.

A fact has one owner: the person, organization, asset or day with whom it is counted.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field, field_validator, model_validator

from contracts import enrollment, media, sessions
from contracts.catalogue import events_of
from contracts.event import Event, Instant, Profile
from contracts.targets import GROUPS, WITHOUT_PLACES
from contracts.territory import districts, provinces
from services.reporting.facts.sketches import decode_sketch

Countable = Annotated[int, Field(ge=0, lt=2**31)]
"""A number that can be added up. The projection quarantines a record with a larger one."""


class CountableModule(enrollment.ModulePublished):
    """A module whose hours can be added up."""

    hours: Countable


class CountableTarget(enrollment.TargetSet):
    """A target of something that is counted so. The projection quarantines a record of any other."""

    value: Annotated[int, Field(gt=0, lt=2**31)]
    baseline: Countable | None

    @model_validator(mode="after")
    def _is_counted(self) -> "CountableTarget":
        if self.dimension and self.member not in GROUPS.get(self.indicator, {}).get(self.dimension, ()):
            raise ValueError("its indicator is not counted by its group")
        if self.indicator not in GROUPS or (self.indicator in WITHOUT_PLACES and (self.province or self.district)):
            raise ValueError("its indicator is not counted, or not by place")
        if self.district not in {None, *districts()} or self.province not in {None, *provinces()}:
            raise ValueError("its place is not in Cajamarca")
        return self


class CountableReach(media.ReachMeasured):
    """Reach whose sketch can be merged. The projection quarantines a record with any other sketch."""

    people_visits: Countable

    @field_validator("people_sketch")
    @classmethod
    def _is_a_sketch(cls, text: str) -> str:
        decode_sketch(text)
        return text


class OrganizationCompletion(sessions.SessionsEvent):
    """What a completion says of the organization for which the person took part; it is read from the same body.

    Of whoever took part for none it is kept too, for the next version may name one, or the former may have.
    """

    subject_field: ClassVar[str] = "organization_completion_id"

    completion_id: UUID
    organization_id: UUID | None = None
    programme_id: UUID
    cohort_id: UUID
    achieved: bool
    achieved_at: Instant
    profile: Profile

    @property
    def organization_completion_id(self) -> UUID:
        """The completion's id: a completion has this fact and its own, which differ in kind."""
        return self.completion_id


_WITHOUT_A_FACT = {
    *(enrollment.ProgrammeAnnounced, enrollment.ModulePublished, sessions.WithdrawalAppliedInSessions),
    *(enrollment.TargetSet, media.ReachMeasured, media.VisitRecorded),
}
"""Events that reporting passes over, or reads as a class of its own."""

EVENTS: tuple[type[Event], ...] = (
    *(event for event in events_of(enrollment, sessions, media) if event not in _WITHOUT_A_FACT),
    CountableModule,
    CountableTarget,
    CountableReach,
)
"""The events whose facts reporting stores."""

MODELS: dict[str, type[Event]] = {event.type: event for event in EVENTS}

Names = Mapping[str, Mapping[str, str]]
"""Kind of fact → id → name, for the facts that people know by a name: programmes, cohorts, campaigns."""

TOPICS: tuple[str, ...] = tuple(sorted({event.topic for event in EVENTS}))


def kind_of(event: Event | type[Event]) -> str:
    """The kind of fact of an event or its class: `enrollment`, `attendance`, `cohort` …"""
    return event.subject_field.removesuffix("_id")


def subject_of(event: Event) -> UUID:
    """The id of the thing the event is about."""
    subject: UUID = getattr(event, event.subject_field)
    return subject


def read_fact(kind: str, event_type: str, body: str) -> Event:
    """The fact of this kind, from the text of the event as it was sent."""
    model = OrganizationCompletion if kind == kind_of(OrganizationCompletion) else MODELS[event_type]
    return model.model_validate_json(body)


def owner_of(event: Event) -> UUID:
    """The fact's owner: its person, the organization of a completion, the asset of a publication, the day of a reach,
    else the subject itself."""
    owner: UUID = _owner_getter(type(event))(event)
    return owner


@cache
def _owner_getter(event: type[Event]) -> Callable[[Any], UUID]:
    """Cached for each type, because `issubclass` is slow for the classes of pydantic models."""
    if issubclass(event, media.ReachMeasured):
        return lambda reach: owner_of_day(reach.day)
    if issubclass(event, OrganizationCompletion):
        return lambda completion: completion.organization_id or completion.completion_id
    return attrgetter(owner_field(event))


def owner_field(event: type[Event]) -> str:
    """The field with the owner of an event that is not counted with a day or an organization."""
    if issubclass(event, media.Publication):
        return "asset_id"
    return "person_id" if "person_id" in event.model_fields else event.subject_field


def owner_of_day(day: date) -> UUID:
    """A day as an owner: its ordinal number, which is far below any generated id."""
    return UUID(int=day.toordinal())
