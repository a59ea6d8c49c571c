"""Tracked links: created with a random code, never changed, and announced."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.runtime.settings import HttpSettings
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web import short_codes
from chassis.web.inputs import already_created
from chassis.web.pagination import Page, all_rows, fetch_page
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from chassis.web.views import View, first_rows
from contracts.labels import CHANNELS
from contracts.media import Channel, LinkCreated
from services.media.assets import service as assets
from services.media.campaigns import service as campaigns
from services.media.links.commands import CreateLink
from services.media.links.domain import Link, LinkCode, LinkTarget
from services.media.settings import PREFIX

sql = queries(__package__)

LINKS = Table(
    "links",
    N_("Links and QR codes"),
    key="number",
    order="-number",
    columns=(
        Column("code", N_("Link"), "code", link="/links/{row.link_id}", searched=True),
        Column("channel", N_("Channel"), labels=CHANNELS, filtered=True),
        Column("campaign", N_("Campaign"), searched=True),
        Column("people_visits", N_("Visits"), "number"),
        Column("preview_visits", N_("Previews"), "number"),
        Column("bot_visits", N_("Bots"), "number"),
        Column("suspected_visits", N_("Suspected"), "number"),
        Column("target_url", N_("Leads to"), searched=True),
        Column("campaign_id", N_("Campaign"), "identifier", filtered=True, shown=False),
        Column("number", N_("Order of entry"), "number", shown=False),
    ),
)


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link in a list, with its openings of all days."""

    link_id: UUID
    target_url: str
    channel: Channel
    asset_id: UUID | None
    campaign_id: UUID | None
    district: str | None
    code: str
    created_at: datetime
    number: int
    campaign: str | None
    people_visits: int
    bot_visits: int
    suspected_visits: int
    preview_visits: int


def public_address(settings: HttpSettings, code: str) -> str:
    """The address that is posted or printed."""
    return f"{settings.public_url}{PREFIX}/r/{code}"


async def list_links(pool: Pool, view: View) -> Page[LinkRow]:
    """The links with their openings."""
    return await fetch_page(pool, sql.links, view, LinkRow)


async def newest_links(pool: Pool, limit: int) -> Page[LinkRow]:
    """The links that were created last."""
    return all_rows(LINKS, (await list_links(pool, first_rows(LINKS, limit))).rows)


async def links_of_campaign(pool: Pool, campaign_id: UUID) -> Page[LinkRow]:
    """The newest links of a campaign."""
    page = await list_links(pool, replace(first_rows(LINKS), filters={"campaign_id": campaign_id}))
    return all_rows(LINKS, page.rows)


async def find_target(pool: Pool, code: str) -> LinkTarget | None:
    """The target of a code, if it exists."""
    return await sql.link_target.first(pool, LinkTarget, code=code)


async def get_link(connection: Connection | Pool, link_id: UUID) -> Link:
    """The link. Raises `RejectedError` if it does not exist."""
    if link := await _find(connection, link_id):
        return link
    raise RejectedError(Rejection("link_unknown", N_("There is no such link."), Kind.MISSING, "link_id"))


async def create(unit: UnitOfWork, command: CreateLink) -> LinkCode:
    """Creates the link with a random code. Idempotent: a repeated command returns the stored code."""
    stored = await _find(unit.connection, command.link_id)
    if stored is not None and already_created(stored, command):
        return LinkCode(stored.link_id, stored.code)
    if command.asset_id is not None:
        await assets.get_shown_asset(unit.connection, command.asset_id)
    programme_id = await campaigns.programme_of(unit.connection, command.campaign_id)
    code = short_codes.draw()
    await sql.add_link.execute(unit.connection, **command.model_dump(), code=code)
    event = LinkCreated(**command.model_dump(), programme_id=programme_id, code=code, occurred_at=unit.now)
    await outbox.add(unit.connection, event)
    return LinkCode(command.link_id, code)


async def _find(connection: Connection | Pool, link_id: UUID) -> Link | None:
    return await sql.link.first(connection, Link, link_id=link_id)
