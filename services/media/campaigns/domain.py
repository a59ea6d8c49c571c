"""Campaigns: their state on a day, and the last day of one that is ended."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class CampaignStatus(StrEnum):
    """Whether a campaign has begun and is over, by its dates or because somebody ended it."""

    PLANNED = "planned"
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

    def status_on(self, today: date) -> CampaignStatus:
        """Its state on a day; the query of the list derives the same."""
        if self.ended_on or (self.ends_on and self.ends_on < today):
            return CampaignStatus.ENDED
        return CampaignStatus.PLANNED if self.starts_on > today else CampaignStatus.RUNNING


def last_day(starts_on: date, ends_on: date | None, today: date) -> date:
    """The last day of a campaign that is ended today: today, its planned end if earlier, or its start if later."""
    return max(starts_on, min(ends_on or today, today))
