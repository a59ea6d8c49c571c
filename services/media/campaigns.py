"""Campaigns: what publications and links are for. Each function works in the caller's transaction."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.messaging import outbox
from chassis.store.database import Connection, Pool, Row
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.web.inputs import Command, made_before, not_before
from chassis.web.problems import Problem
from chassis.web.texts import _
from contracts.days import day_of
from contracts.media import CampaignEnded, CampaignStarted
from services.media.commands import Day, Line, Text

sql = queries("services.media")


class StartCampaign(Command):
    """A campaign, for a programme or for none."""

    campaign_id: UUID = Field(default_factory=new_id)
    programme_id: UUID | None = None
    name: Line
    objective: Text
    starts_on: Day
    ends_on: Annotated[Day | None, not_before("starts_on")] = None


async def start(connection: Connection, command: StartCampaign, now: datetime) -> None:
    """Starts the campaign. Its programme may not have been heard of yet."""
    if made_before(await connection.fetchrow(sql.campaign.text, command.campaign_id), command):
        return
    await connection.execute(sql.add_campaign.text, *command.model_dump().values())
    await outbox.add(connection, CampaignStarted(**command.model_dump(), occurred_at=now))


async def end(connection: Connection, campaign_id: UUID, now: datetime) -> None:
    """Ends the campaign; again changes nothing."""
    campaign = await existing(connection, campaign_id)
    if campaign["ended_on"] is None:
        ended_on = last_day(campaign["starts_on"], campaign["ends_on"], day_of(now))
        await connection.execute(sql.end_campaign.text, campaign_id, ended_on)
        event = CampaignEnded.model_validate({**campaign, "ends_on": ended_on, "occurred_at": now})
        await outbox.add(connection, event)


def last_day(starts_on: date, ends_on: date | None, today: date) -> date:
    """The last day of a campaign that is ended today: today, unless it was over before or has not begun."""
    return max(starts_on, min(ends_on or today, today))


async def existing(connection: Connection | Pool, campaign_id: UUID) -> Row:
    """The campaign's row. Raises a 404 if there is none."""
    campaign = await connection.fetchrow(sql.campaign.text, campaign_id)
    if campaign is None:
        raise Problem(404, "campaign_unknown", _("There is no such campaign."), field="campaign_id")
    return campaign


async def programme_of(connection: Connection | Pool, campaign_id: UUID | None) -> UUID | None:
    """The programme of what belongs to a campaign, if to any. Raises a 404 for a campaign that is not there."""
    if campaign_id is None:
        return None
    programme_id: UUID | None = (await existing(connection, campaign_id))["programme_id"]
    return programme_id
