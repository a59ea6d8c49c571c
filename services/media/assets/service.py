"""Assets: their files are stored, and their publication and withdrawal are announced."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.file_types import FileType, file_type_of
from chassis.web.inputs import already_created
from chassis.web.pagination import Page, fetch_page
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from chassis.web.views import View
from contracts.labels import ASSET_KINDS, ASSET_STATUSES, LANGUAGES
from contracts.media import AssetKind, AssetPublished, AssetStatus, AssetWithdrawn
from services.media.assets.commands import DescribeAsset, PublishAsset
from services.media.assets.domain import ACCEPTED_TYPES, Asset
from services.media.assets.storage import Storage

sql = queries(__package__)

ASSETS = Table(
    "assets",
    N_("Content"),
    key="number",
    order="-number",
    columns=(
        Column("title", N_("Title"), link="/assets/{row.asset_id}", searched=True),
        Column("kind", N_("Kind"), labels=ASSET_KINDS, filtered=True),
        Column("language", N_("Language"), labels=LANGUAGES),
        Column("added_at", N_("Added"), "date"),
        Column("publications", N_("Publications"), "number"),
        Column("status", N_("State"), labels=ASSET_STATUSES, badges={"published": "good"}, filtered=True),
        Column("number", N_("Order of entry"), "number", shown=False),
    ),
)


@dataclass(frozen=True, slots=True)
class AssetRow:
    """An asset in the list. `publications` counts those that were not taken down."""

    asset_id: UUID
    kind: AssetKind
    title: str
    language: str
    alternative_text: str
    content_sha256: str
    content_type: FileType
    size: int
    added_at: datetime
    number: int
    status: AssetStatus
    publications: int


async def list_assets(pool: Pool, view: View) -> Page[AssetRow]:
    """The assets, those withdrawn included."""
    return await fetch_page(pool, sql.assets, view, AssetRow)


async def asset_choices(pool: Pool) -> list[tuple[str, str]]:
    """The assets that are shown, by title, as a form offers them."""
    return [(str(row["asset_id"]), row["title"]) for row in await sql.asset_choices.fetch(pool)]


async def find_asset(connection: Connection | Pool, asset_id: UUID) -> Asset | None:
    """The asset, if it exists."""
    return await sql.asset.first(connection, Asset, asset_id=asset_id)


async def get_asset(connection: Connection | Pool, asset_id: UUID) -> Asset:
    """The asset. Raises `RejectedError` if it does not exist."""
    if asset := await find_asset(connection, asset_id):
        return asset
    raise RejectedError(Rejection("asset_unknown", N_("There is no such content."), Kind.MISSING, "asset_id"))


async def get_shown_asset(connection: Connection | Pool, asset_id: UUID) -> Asset:
    """The asset. Raises `RejectedError` if it does not exist or was withdrawn."""
    asset = await get_asset(connection, asset_id)
    if asset.status is AssetStatus.WITHDRAWN:
        raise RejectedError(Rejection("asset_withdrawn", N_("This content was withdrawn."), Kind.CONFLICT, "asset_id"))
    return asset


async def store_file(storage: Storage, description: DescribeAsset, content: bytes) -> PublishAsset:
    """Stores the file of a described asset. Raises `RejectedError` for a type that is not one of the asset's kind.

    A file whose asset is never published stays in the store and is never shown.
    """
    content_type = file_type_of(content)
    if content_type is None or content_type not in ACCEPTED_TYPES[description.kind]:
        raise RejectedError(replace(_NOT_ACCEPTED, remedy=_REMEDIES[description.kind]))
    sha256 = await storage.put(content)
    described = description.model_dump(include=set(DescribeAsset.model_fields))
    return PublishAsset(**described, content_sha256=sha256, content_type=content_type, size=len(content))


async def publish(unit: UnitOfWork, command: PublishAsset) -> UUID:
    """Publishes an asset whose file is stored, and returns its id. Idempotent."""
    if not already_created(await find_asset(unit.connection, command.asset_id), command):
        await sql.add_asset.execute(unit.connection, **command.model_dump())
        announced = command.model_dump(exclude={"alternative_text", "content_type", "size"})
        event = AssetPublished(**announced, status=AssetStatus.PUBLISHED, occurred_at=unit.now)
        await outbox.add(unit.connection, event)
    return command.asset_id


async def withdraw(unit: UnitOfWork, asset_id: UUID) -> UUID:
    """Stops showing an asset, and returns its id. Idempotent. Its publications stay on record."""
    asset = await get_asset(unit.connection, asset_id)
    if asset.withdrawn_at is None:
        await sql.withdraw_asset.execute(unit.connection, asset_id=asset_id, withdrawn_at=unit.now)
        event = {**asdict(asset), "status": AssetStatus.WITHDRAWN, "occurred_at": unit.now}
        await outbox.add(unit.connection, AssetWithdrawn.model_validate(event))
    return asset_id


_NOT_ACCEPTED = Rejection(
    "content_not_accepted",
    N_("This file does not have a format of this kind of content."),
    Kind.UNSUPPORTED,
    "file",
)
_REMEDIES = {
    AssetKind.REEL: N_("Send a reel as MP4 or WebM."),
    AssetKind.FLYER: N_("Send a flyer as PNG, JPEG, WebP or PDF."),
    AssetKind.POSTER: N_("Send a poster as PNG, JPEG, WebP or PDF."),
    AssetKind.PHOTO: N_("Send a photo as PNG, JPEG or WebP."),
    AssetKind.AUDIO_SPOT: N_("Send a radio spot as MP3, OGG or M4A."),
}
