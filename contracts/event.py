"""What every event of the catalogues is: a frozen model with the full state of the one thing it is about."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Instant = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))]
"""With its offset from UTC, and within the reach of every calendar."""

Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]

Month = Annotated[str, Field(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", description="Such as `2025-04`.")]

DayOfInstants = Annotated[date, Field(ge=date(2000, 1, 2), lt=date(2099, 12, 31))]
"""A day whose every hour is an `Instant`, whatever the zone that it is read in."""


class Part(BaseModel):
    """A piece of an event's body: frozen; fields this reader does not know yet are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Part):
    """Something that happened. The body carries the thing's full state, so a reader keeps the highest version.

    `occurred_at` is valid time (when it happened); recorded time travels in the envelope. Whoever calls the class to
    build an event knows its fields: another raises `TypeError`.
    """

    type: ClassVar[str]
    topic: ClassVar[str]
    subject_field: ClassVar[str]
    key_field: ClassVar[str]

    occurred_at: Instant = Field(description="When it happened (valid time), with its offset from UTC.")

    def __new__(cls, **fields: Any) -> Self:
        """Is given the fields by a call of the class, and none by pydantic when it reads an event."""
        if fields and (unknown := fields.keys() - cls.__pydantic_fields__.keys()):
            raise TypeError(f"{cls.__name__} has no field {', '.join(sorted(unknown))}.")
        return object.__new__(cls)

    def to_former_type(self) -> "Event | None":
        """The same event as the type that its type replaces, while both are sent; None for a type that is sent alone.

        A pure translation, which every event of the type has.
        """
        return None

    def forms(self) -> tuple["Event", ...]:
        """The event as each type as which it is sent, the newest first."""
        former = self.to_former_type()
        return (self,) if former is None else (self, *former.forms())

    @property
    def subject(self) -> str:
        """The id of the thing this event is about."""
        return str(getattr(self, self.subject_field))

    @property
    def partition_key(self) -> str:
        """The record's key: the person where there is one, else the subject."""
        return str(getattr(self, self.key_field))


class AppliedWithdrawal(Event):
    """A withdrawn consent that has taken effect in a service. `occurred_at` is when the service saw to it."""

    subject_field: ClassVar[str] = "consent_id"
    key_field: ClassVar[str] = "person_id"

    consent_id: UUID
    person_id: UUID


class Sex(StrEnum):
    """As the person states it."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    NOT_STATED = "not_stated"


class AgeBand(StrEnum):
    """Completed years on the day of the event; 15–29 is youth by Peru's Ley 27802."""

    UNDER_15 = "under_15"
    FROM_15_TO_29 = "15_29"
    FROM_30_TO_44 = "30_44"
    FROM_45_TO_59 = "45_59"
    FROM_60 = "60_plus"
    NOT_STATED = "not_stated"


class MotherTongue(StrEnum):
    """The language learnt first."""

    SPANISH = "spanish"
    QUECHUA = "quechua"
    AWAJUN = "awajun"
    OTHER = "other"
    NOT_STATED = "not_stated"


class Ethnicity(StrEnum):
    """Self-reported, after the question of Peru's 2017 census."""

    MESTIZO = "mestizo"
    QUECHUA = "quechua"
    AWAJUN = "awajun"
    AFRO_PERUVIAN = "afro_peruvian"
    WHITE = "white"
    OTHER = "other"
    NOT_STATED = "not_stated"


class OrganizationType(StrEnum):
    """The kind of organization a person takes part for, or `none`."""

    PEASANT_PATROL = "peasant_patrol"
    PEASANT_COMMUNITY = "peasant_community"
    WOMEN = "women"
    YOUTH = "youth"
    NEIGHBORHOOD = "neighborhood"
    PRODUCERS = "producers"
    CIVIL_ASSOCIATION = "civil_association"
    OTHER = "other"
    NONE = "none"
    NOT_STATED = "not_stated"


class Profile(Part):
    """The people who took part, as they were at the event; never a name, a document or a birth date."""

    district: str = Field(pattern=r"^06\d{4}$", description="INEI code of the district of residence.")
    sex: Sex
    age_band: AgeBand
    mother_tongue: MotherTongue
    ethnicity: Ethnicity
    organization_type: OrganizationType
