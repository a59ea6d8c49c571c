"""Assets: content, with what a reader must know about it. Each function works in the caller's transaction."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.messaging import outbox
from chassis.store.database import Connection, Pool, Row
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.web.inputs import Command, made_before
from chassis.web.problems import Problem
from chassis.web.texts import _
from contracts import media as events
from contracts.media import AssetKind, AssetStatus
from services.media.commands import Line, Text
from services.media.content import ContentType, type_of

sql = queries("services.media")

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$"), Field(description="ISO 639 code, such as es.")]


class DescribeAsset(Command):
    """What is said about a file: without an alternative text, those who cannot see or hear it are left out."""

    asset_id: UUID = Field(default_factory=new_id)
    kind: AssetKind
    title: Line
    language: Language
    alternative_text: Text


class PublishAsset(DescribeAsset):
    """A described file, as it was stored."""

    content_sha256: str
    content_type: ContentType
    size: int


def checked_type(content: bytes) -> ContentType:
    """The content's type. Raises a 415 for any that is not taken."""
    found = type_of(content)
    if found is None:
        raise Problem(
            415,
            "content_not_accepted",
            _("This file is not one of the kinds that can be published."),
            field="file",
            remedy=_("Send a video as MP4 or WebM, a picture as PNG, JPEG or WebP, or a document as PDF."),
        )
    return found


async def publish(connection: Connection, command: PublishAsset, now: datetime) -> None:
    """From now on the asset may be shown."""
    if made_before(await connection.fetchrow(sql.asset.text, command.asset_id), command):
        return
    await connection.execute(sql.add_asset.text, *command.model_dump().values())
    event = events.AssetPublished(**command.model_dump(), status=AssetStatus.PUBLISHED, occurred_at=now)
    await outbox.add(connection, event)


async def withdraw(connection: Connection, asset_id: UUID, now: datetime) -> None:
    """From now on the asset is not shown; again changes nothing. What was published stays on the record."""
    asset = await existing(connection, asset_id)
    if asset["withdrawn_at"] is None:
        await connection.execute(sql.withdraw_asset.text, asset_id, now)
        event = {**asset, "status": AssetStatus.WITHDRAWN, "occurred_at": now}
        await outbox.add(connection, events.AssetWithdrawn.model_validate(event))


async def existing(connection: Connection | Pool, asset_id: UUID) -> Row:
    """The asset's row. Raises a 404 if there is none."""
    asset = await connection.fetchrow(sql.asset.text, asset_id)
    if asset is None:
        raise Problem(404, "asset_unknown", _("There is no such content."), field="asset_id")
    return asset


async def shown(connection: Connection | Pool, asset_id: UUID) -> Row:
    """The row of an asset that was not withdrawn. Raises a 404 or a 409."""
    asset = await existing(connection, asset_id)
    if asset["withdrawn_at"] is not None:
        raise Problem(409, "asset_withdrawn", _("This content was withdrawn."), field="asset_id")
    return asset
