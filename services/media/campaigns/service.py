"""Campaigns: started, ended and announced."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.inputs import already_created
from chassis.web.pagination import Page, fetch_page
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from chassis.web.views import View
from contracts.days import day_of
from contracts.media import CampaignEnded, CampaignStarted
from services.media.campaigns.commands import StartCampaign
from services.media.campaigns.domain import Campaign, CampaignStatus, last_day
from services.media.campaigns.labels import CAMPAIGN_STATUSES

sql = queries(__package__)

CAMPAIGNS = Table(
    "campaigns",
    N_("Campaigns"),
    key="number",
    order="-number",
    columns=(
        Column("name", N_("Campaign"), link="/campaigns/{row.campaign_id}", searched=True),
        Column("programme", N_("Programme"), searched=True),
        Column("starts_on", N_("From"), "date"),
        Column("last_day", N_("To"), "date"),
        Column("publications", N_("Publications"), "number"),
        Column("visits", N_("Visits"), "number"),
        Column("status", N_("State"), labels=CAMPAIGN_STATUSES, badges={"running": "good"}, filtered=True),
        Column("number", N_("Order of entry"), "number", shown=False),
    ),
)


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign in the list. `visits` are people's, over all its links and days."""

    campaign_id: UUID
    programme_id: UUID | None
    name: str
    objective: str
    starts_on: date
    ends_on: date | None
    ended_on: date | None
    last_day: date | None
    number: int
    programme: str | None
    status: CampaignStatus
    publications: int
    visits: int


async def list_campaigns(pool: Pool, view: View, today: date) -> Page[CampaignRow]:
    """The campaigns with their state of today, those ended included."""
    return await fetch_page(pool, sql.campaigns, view, CampaignRow, today=today)


async def campaign_choices(pool: Pool) -> list[tuple[str, str]]:
    """The campaigns that nobody ended, by name, as a form offers them."""
    return [(str(row["campaign_id"]), row["name"]) for row in await sql.campaign_choices.fetch(pool)]


async def get_campaign(connection: Connection | Pool, campaign_id: UUID) -> Campaign:
    """The campaign. Raises `RejectedError` if it does not exist."""
    if campaign := await _find(connection, campaign_id):
        return campaign
    raise RejectedError(Rejection("campaign_unknown", N_("There is no such campaign."), Kind.MISSING, "campaign_id"))


async def programme_of(connection: Connection | Pool, campaign_id: UUID | None) -> UUID | None:
    """The programme of a campaign, if either exists. Raises `RejectedError` for a campaign that does not exist."""
    return None if campaign_id is None else (await get_campaign(connection, campaign_id)).programme_id


async def start(unit: UnitOfWork, command: StartCampaign) -> Campaign:
    """Starts the campaign and returns it. Idempotent. Its programme may not be replicated yet."""
    if not already_created(await _find(unit.connection, command.campaign_id), command):
        await sql.add_campaign.execute(unit.connection, **command.model_dump())
        await outbox.add(unit.connection, CampaignStarted(**command.model_dump(), occurred_at=unit.now))
    return await get_campaign(unit.connection, command.campaign_id)


async def end(unit: UnitOfWork, campaign_id: UUID) -> UUID:
    """Ends the campaign and returns its id. Idempotent."""
    campaign = await get_campaign(unit.connection, campaign_id)
    if campaign.ended_on is None:
        ended_on = last_day(campaign.starts_on, campaign.ends_on, day_of(unit.now))
        await sql.end_campaign.execute(unit.connection, campaign_id=campaign_id, ended_on=ended_on)
        event = {**asdict(campaign), "ends_on": ended_on, "occurred_at": unit.now}
        await outbox.add(unit.connection, CampaignEnded.model_validate(event))
    return campaign_id


async def _find(connection: Connection | Pool, campaign_id: UUID) -> Campaign | None:
    return await sql.campaign.first(connection, Campaign, campaign_id=campaign_id)
