"""Campaigns: their state and the last day of one that is ended."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class CampaignStatus(StrEnum):
    """Whether a campaign was ended."""

    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign. `ends_on` is the planned last day, `ended_on` the real one."""

    campaign_id: UUID
    programme_id: UUID | None
    name: str
    objective: str
    starts_on: date
    ends_on: date | None
    ended_on: date | None

    @property
    def status(self) -> CampaignStatus:
        return CampaignStatus.ENDED if self.ended_on else CampaignStatus.RUNNING


def last_day(starts_on: date, ends_on: date | None, today: date) -> date:
    """The last day of a campaign that is ended today: today, its planned end if earlier, or its start if later."""
    return max(starts_on, min(ends_on or today, today))
