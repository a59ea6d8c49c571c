"""Pages of assets: the list, the upload, and one asset with its file."""

from dataclasses import replace
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel
from starlette.datastructures import UploadFile

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.web.commands import Write
from chassis.web.forms import Form, choices
from chassis.web.pages import render
from chassis.web.pagination import render_list
from chassis.web.texts import N_, _
from chassis.web.views import View, view_of
from contracts.labels import ASSET_KINDS, ASSET_STATUSES, LANGUAGES
from services.media.assets import service
from services.media.assets.commands import DescribeAsset, PublishAsset
from services.media.assets.domain import ACCEPTED_TYPES
from services.media.assets.service import ASSETS
from services.media.publications import service as publications
from services.media.resources import Res

router = APIRouter(include_in_schema=False)

ACCEPTED = ",".join(sorted(frozenset[str]().union(*ACCEPTED_TYPES.values())))
NO_FILE = N_("Choose a file.")


@router.get("/assets")
async def list_assets(
    request: Request, res: Res, view: Annotated[View, Depends(view_of(ASSETS, exports=True))]
) -> Response:
    return await render_list(request, "assets/list.html", await service.list_assets(res.pool, view))


@router.get("/assets/new")
async def new_asset(request: Request) -> Response:
    return await _upload_form(request, Form({"language": "es"}))


@router.post("/assets/new")
async def publish_asset(res: Res, write: Write) -> Response:
    async def store(description: DescribeAsset) -> PublishAsset:
        return await service.store_file(res.storage, description, await _file(write.request))

    return await write.upload(
        DescribeAsset,
        store,
        service.publish,
        locks=lambda command: [command.asset_id],
        form=partial(_upload_form, write.request),
        done=lambda asset_id: (f"/assets/{asset_id}", _("The content is published.")),
    )


@router.get("/assets/{asset_id}")
async def show_asset(request: Request, asset_id: UUID, res: Res) -> Response:
    return await _asset(request, res, asset_id, Form())


@router.post("/assets/{asset_id}/withdraw")
async def withdraw_asset(asset_id: UUID, res: Res, write: Write) -> Response:
    return await write.press(
        service.withdraw,
        asset_id,
        locks=[asset_id],
        form=partial(_asset, write.request, res, asset_id),
        done=lambda withdrawn: (f"/assets/{withdrawn}", _("The content is no longer shown.")),
    )


async def _file(request: Request) -> bytes:
    """The file that the form sent. Raises `RejectedError` without one."""
    file = (await request.form()).get("file")
    if isinstance(file, UploadFile) and file.filename:
        return await file.read()
    raise RejectedError(Rejection("file_missing", NO_FILE, field="file"))


async def _upload_form(request: Request, form: Form[DescribeAsset]) -> Response:
    if form.errors and "file" not in form.files:  # a browser never sends a file again by itself
        form = replace(form, errors={"file": _(NO_FILE), **form.errors})
    return render(
        request,
        "assets/new.html",
        form.status,
        form=form,
        accepted=ACCEPTED,
        kind_choices=choices(ASSET_KINDS),
        language_choices=choices(LANGUAGES),
    )


async def _asset(request: Request, res: Res, asset_id: UUID, form: Form[BaseModel]) -> Response:
    return render(
        request,
        "assets/asset.html",
        form.status,
        form=form,
        asset=await service.get_asset(res.pool, asset_id),
        publications=await publications.publications_of_asset(res.pool, asset_id),
        asset_kinds=ASSET_KINDS,
        asset_statuses=ASSET_STATUSES,
        languages=LANGUAGES,
    )
