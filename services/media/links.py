"""Tracked links: a code that leads somewhere, for ever, and is counted on the way."""

import secrets
from datetime import datetime
from uuid import UUID

from pydantic import Field

from chassis.messaging import outbox
from chassis.store.database import Connection, Pool, Row
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.web.inputs import Command, made_before
from chassis.web.problems import Problem
from chassis.web.texts import _
from contracts.media import Channel, LinkCreated
from services.media import assets, campaigns, codes
from services.media.commands import District, WebAddress

sql = queries("services.media")


class CreateLink(Command):
    """Where a link leads and where it will be seen; neither can be changed later."""

    link_id: UUID = Field(default_factory=new_id)
    target_url: WebAddress
    channel: Channel
    asset_id: UUID | None = None
    campaign_id: UUID | None = None
    district: District | None = None


async def create(connection: Connection, command: CreateLink, now: datetime) -> str:
    """Creates the link in the caller's transaction and returns its code; asked again, it has the same one."""
    stored = await connection.fetchrow(sql.link.text, command.link_id)
    if stored is not None and made_before(stored, command):
        return str(stored["code"])
    if command.asset_id is not None:
        await assets.shown(connection, command.asset_id)
    programme_id = await campaigns.programme_of(connection, command.campaign_id)
    code = codes.spelled(secrets.randbelow(codes.COUNT))
    await connection.execute(sql.add_link.text, *command.model_dump().values(), code)
    event = LinkCreated(**command.model_dump(), programme_id=programme_id, code=code, occurred_at=now)
    await outbox.add(connection, event)
    return code


async def existing(connection: Connection | Pool, link_id: UUID) -> Row:
    """The link's row. Raises a 404 if there is none."""
    link = await connection.fetchrow(sql.link.text, link_id)
    if link is None:
        raise Problem(404, "link_unknown", _("There is no such link."), field="link_id")
    return link
