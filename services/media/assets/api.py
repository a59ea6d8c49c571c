"""Assets over HTTP, and their files, which everybody may see until they are withdrawn."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Response, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime, BaseModel, ConfigDict

from chassis.web.commands import Write
from chassis.web.files import FILE_RESPONSES, AskedFile, StoredFile, serve
from chassis.web.pagination import Listing
from chassis.web.problems import of_status
from chassis.web.views import View, view_of
from contracts.media import AssetKind, AssetStatus
from services.media.assets import service
from services.media.assets.commands import DescribeAsset
from services.media.assets.service import ASSETS
from services.media.resources import Res

router = APIRouter(tags=["assets"])


class UploadAsset(DescribeAsset):
    """A file and its description."""

    model_config = ConfigDict(extra="ignore")  # a form may carry its idempotency key

    file: UploadFile


class AssetReply(BaseModel):
    """An asset's status."""

    asset_id: UUID
    status: AssetStatus


class AssetView(AssetReply):
    """An asset; its file is at `/files/{asset_id}`."""

    model_config = ConfigDict(from_attributes=True)

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


@router.post("/api/assets", status_code=201)
async def publish_asset(
    body: Annotated[UploadAsset, Form(media_type="multipart/form-data")], res: Res, write: Write
) -> AssetReply:
    """Publish a file. Its type is recognized by its content, whatever its name."""
    command = await service.store_file(res.storage, body, await body.file.read())
    return await write.run(
        service.publish,
        command,
        locks=[command.asset_id],
        reply=lambda asset_id: AssetReply(asset_id=asset_id, status=AssetStatus.PUBLISHED),
    )


@router.get("/api/assets")
async def list_assets(res: Res, view: Annotated[View, Depends(view_of(ASSETS))]) -> Assets:
    """The assets, those withdrawn included."""
    page = await service.list_assets(res.pool, view)
    return Assets(assets=[AssetView.model_validate(row) for row in page.rows], next=page.next)


@router.post("/api/assets/{asset_id}/withdraw")
async def withdraw_asset(asset_id: UUID, write: Write) -> AssetReply:
    """Stop showing an asset."""
    return await write.run(
        service.withdraw,
        asset_id,
        locks=[asset_id],
        reply=lambda withdrawn: AssetReply(asset_id=withdrawn, status=AssetStatus.WITHDRAWN),
    )


@router.get("/files/{asset_id}", response_class=StreamingResponse, responses=FILE_RESPONSES)
async def show_file(asset_id: UUID, res: Res, asked: AskedFile) -> Response:
    """An asset's file, with the type of its content."""
    asset = await service.find_asset(res.pool, asset_id)
    if asset is None or asset.status is AssetStatus.WITHDRAWN:
        raise of_status(404)
    file = StoredFile(asset.content_sha256[:12], asset.content_type, asset.content_sha256, asset.size)
    return await serve(file, asked, partial(res.storage.read, asset.content_sha256))
