"""Pages of content: the list, the upload, and one piece with its file."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent
from chassis.web.pages import see_other
from chassis.web.problems import Problem
from chassis.web.texts import _
from services.media import assets
from services.media.api.assets import stored
from services.media.api.dependencies import After, Reader, Res, Writer
from services.media.api.lists import part
from services.media.assets import DescribeAsset
from services.media.content import ContentType
from services.media.pages.words import KINDS, LANGUAGES, ROWS, choices, page, sql

router = APIRouter(include_in_schema=False)

ACCEPTED = ",".join(ContentType)


@router.get("/assets")
async def list_assets(request: Request, res: Res, reader: Reader, after: After = None) -> Response:
    rows, following = await part(res.pool, sql.assets.text, after, size=ROWS)
    return page(request, "assets.html", assets=rows, following=following)


@router.get("/assets/new")
async def new_asset(request: Request, writer: Writer) -> Response:
    return _uploading(request, Form({"language": "es"}))


@router.post("/assets")
async def publish_asset(request: Request, res: Res, once: Idempotent, writer: Writer) -> Response:
    form = await read_form(request, DescribeAsset)
    if form.command is None or "file" not in form.files:
        missing = {} if "file" in form.files else {"file": _("Choose a file.")}
        return _uploading(request, replace(form, errors=missing | form.errors))
    try:
        command = await stored(res, form.command, await form.files["file"].read())
    except Problem as problem:
        return _uploading(request, form.refused(problem))
    async with once.transaction(res.pool, command.asset_id) as connection:
        await assets.publish(connection, command, datetime.now(UTC))
        answer = see_other(request, f"/assets/{command.asset_id}", _("The content is published."))
        return await once.keep(connection, answer)


@router.get("/assets/{asset_id}")
async def show_asset(request: Request, asset_id: UUID, res: Res, reader: Reader) -> Response:
    asset = await assets.existing(res.pool, asset_id)
    publications, _following = await part(res.pool, sql.publications.text, None, asset_id, None)
    return page(request, "asset.html", asset=asset, publications=publications)


@router.post("/assets/{asset_id}/withdraw")
async def withdraw_asset(request: Request, asset_id: UUID, res: Res, once: Idempotent, writer: Writer) -> Response:
    async with once.transaction(res.pool, asset_id) as connection:
        await assets.withdraw(connection, asset_id, datetime.now(UTC))
        answer = see_other(request, f"/assets/{asset_id}", _("The content is no longer shown."))
        return await once.keep(connection, answer)


def _uploading(request: Request, form: Form[DescribeAsset]) -> Response:
    return page(
        request,
        "asset_new.html",
        form.status,
        values=form.values,
        errors=form.errors,
        accepted=ACCEPTED,
        kind_choices=choices(KINDS),
        language_choices=choices(LANGUAGES),
    )
