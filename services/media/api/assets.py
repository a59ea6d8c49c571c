"""Assets over HTTP."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, UploadFile
from pydantic import AwareDatetime, BaseModel, ConfigDict

from chassis.web.idempotency import Idempotent
from chassis.web.pagination import Listing
from contracts.media import AssetKind, AssetStatus
from services.media import assets
from services.media.api.dependencies import After, Reader, Res, Writer
from services.media.api.lists import part
from services.media.assets import DescribeAsset, PublishAsset, sql
from services.media.resources import MediaResources

router = APIRouter(prefix="/api/assets", tags=["assets"])


class UploadAsset(DescribeAsset):
    """A file and what is said about it."""

    model_config = ConfigDict(extra="ignore")  # a form may carry its idempotency key

    file: UploadFile


class AssetReply(BaseModel):
    """How an asset stands."""

    asset_id: UUID
    status: AssetStatus


class AssetView(AssetReply):
    """An asset; its file is at `/files/{asset_id}`."""

    kind: AssetKind
    title: str
    language: str
    alternative_text: str
    content_sha256: str
    content_type: str
    size: int
    added_at: AwareDatetime
    publications: int


class Assets(Listing):
    """Newest first."""

    assets: list[AssetView]


@router.post("", status_code=201)
async def publish_asset(
    body: Annotated[UploadAsset, Form(media_type="multipart/form-data")], res: Res, once: Idempotent, _: Writer
) -> AssetReply:
    """Publish a file. Its type is told from its content, whatever its name says."""
    command = await stored(res, body, await body.file.read())
    async with once.transaction(res.pool, command.asset_id) as connection:
        await assets.publish(connection, command, datetime.now(UTC))
        return await once.keep(connection, AssetReply(asset_id=command.asset_id, status=AssetStatus.PUBLISHED))


async def stored(res: MediaResources, described: DescribeAsset, content: bytes) -> PublishAsset:
    """The asset with its file in the store. A file whose asset comes to nothing lies there unseen."""
    content_type = assets.checked_type(content)
    sha256 = await res.storage.keep(content)
    said = described.model_dump(include=set(DescribeAsset.model_fields))
    return PublishAsset(**said, content_sha256=sha256, content_type=content_type, size=len(content))


@router.get("")
async def list_assets(res: Res, _: Reader, after: After = None) -> Assets:
    """The assets, those withdrawn among them."""
    rows, following = await part(res.pool, sql.assets.text, after)
    return Assets(assets=[AssetView(**row, status=_status(row["withdrawn_at"])) for row in rows], next=following)


@router.post("/{asset_id}/withdraw")
async def withdraw_asset(asset_id: UUID, res: Res, once: Idempotent, _: Writer) -> AssetReply:
    """Show an asset no longer."""
    async with once.transaction(res.pool, asset_id) as connection:
        await assets.withdraw(connection, asset_id, datetime.now(UTC))
        return await once.keep(connection, AssetReply(asset_id=asset_id, status=AssetStatus.WITHDRAWN))


def _status(withdrawn_at: datetime | None) -> AssetStatus:
    return AssetStatus.WITHDRAWN if withdrawn_at else AssetStatus.PUBLISHED
