"""Publications: an asset on a channel. Each function works in the caller's transaction."""

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
from contracts.media import Channel, PublicationRecorded, PublicationWithdrawn
from services.media import assets, campaigns
from services.media.commands import District, Instant, WebAddress

sql = queries("services.media")


class RecordPublication(Command):
    """Where an asset can be seen since when."""

    publication_id: UUID = Field(default_factory=new_id)
    asset_id: UUID
    campaign_id: UUID | None = None
    channel: Channel
    url: WebAddress
    published_at: Instant = Field(description="When it was published there first.")
    district: District | None = None


async def record(connection: Connection, command: RecordPublication) -> None:
    """An asset was published on a channel."""
    if made_before(await connection.fetchrow(sql.publication.text, command.publication_id), command):
        return
    asset = await assets.shown(connection, command.asset_id)
    programme_id = await campaigns.programme_of(connection, command.campaign_id)
    await connection.execute(sql.add_publication.text, *command.model_dump().values())
    event = PublicationRecorded(
        **command.model_dump(exclude={"published_at"}),
        programme_id=programme_id,
        kind=asset["kind"],
        content_sha256=asset["content_sha256"],
        active=True,
        occurred_at=command.published_at,
    )
    await outbox.add(connection, event)


async def withdraw(connection: Connection, publication_id: UUID, now: datetime) -> None:
    """A publication was taken down; again changes nothing. Its first publication stays the time it happened."""
    publication = await existing(connection, publication_id)
    if publication["withdrawn_at"] is None:
        await connection.execute(sql.withdraw_publication.text, publication_id, now)
        event = {**publication, "active": False, "occurred_at": publication["published_at"]}
        await outbox.add(connection, PublicationWithdrawn.model_validate(event))


async def existing(connection: Connection | Pool, publication_id: UUID) -> Row:
    """The publication's row. Raises a 404 if there is none."""
    publication = await connection.fetchrow(sql.publication.text, publication_id)
    if publication is None:
        raise Problem(404, "publication_unknown", _("There is no such publication."), field="publication_id")
    return publication
