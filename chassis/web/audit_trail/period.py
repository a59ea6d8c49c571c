"""What the list is narrowed by besides its columns: days, in the zone of the installation, and a person."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import Field

from chassis.web.locale import current
from chassis.web.parameters import EMPTY_IS_NONE

_Day = Annotated[date, Field(ge=date(2000, 1, 2), lt=date(2099, 12, 31))]
Day = Annotated[_Day | None, EMPTY_IS_NONE]


@dataclass(frozen=True, slots=True)
class Period:
    """Two days, both included; None where it is open. `since` and `until` are its instants, the second excluded."""

    first_day: date | None
    last_day: date | None

    @property
    def since(self) -> datetime | None:
        return _start_of(self.first_day) if self.first_day else None

    @property
    def until(self) -> datetime | None:
        return _start_of(self.last_day + timedelta(days=1)) if self.last_day else None


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), current().zone)


async def period(
    first_day: Annotated[Day, Query(alias="from", description="The first day.")] = None,
    last_day: Annotated[Day, Query(alias="to", description="The last day.")] = None,
) -> Period:
    """The dependency that reads a period from the query."""
    return Period(first_day, last_day)


AskedPeriod = Annotated[Period, Depends(period)]

AskedPerson = Annotated[UUID | None, EMPTY_IS_NONE, Query(description="Only what showed or changed this person.")]
