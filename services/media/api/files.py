"""The files of assets, for everybody who meets them in a publication, until they are withdrawn."""

import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse

from chassis.web.problems import of_status
from services.media.api.dependencies import Res
from services.media.assets import sql
from services.media.content import ENDINGS, ContentType

router = APIRouter(tags=["files"])

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@router.get("/files/{asset_id}", response_class=StreamingResponse)
async def show_file(
    asset_id: UUID,
    res: Res,
    range: Annotated[str, Header(description="One range of bytes, as players of films ask for.")] = "",  # noqa: A002
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """An asset's file, of the type that its content has."""
    asset = await res.pool.fetchrow(sql.asset.text, asset_id)
    if asset is None or asset["withdrawn_at"] is not None:
        raise of_status(404)
    sha256, size = asset["content_sha256"], asset["size"]
    headers = _headers(sha256, ContentType(asset["content_type"]))
    if headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    start, end = part_of(range, size)
    headers["Content-Length"] = str(end - start)
    if (start, end) != (0, size):
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    status = 206 if "Content-Range" in headers else 200
    return StreamingResponse(res.storage.read(sha256, start, end), status, headers, asset["content_type"])


def part_of(asked: str, size: int) -> tuple[int, int]:
    """From where up to (without) where: what is asked for, or everything where that cannot be served."""
    match = _RANGE.fullmatch(asked)
    if match is None:
        return 0, size
    start, end = int(match[1]), min(int(match[2]) + 1, size) if match[2] else size
    return (start, end) if start < end else (0, size)


def _headers(sha256: str, content_type: ContentType) -> dict[str, str]:
    shown = "attachment" if content_type is ContentType.PDF else "inline"
    return {
        "ETag": f'"{sha256}"',
        "Cache-Control": "public, max-age=300",
        "Content-Disposition": f'{shown}; filename="{sha256[:12]}.{ENDINGS[content_type]}"',
        "Content-Encoding": "identity",  # keeps it from being compressed again, which would break ranges
        "Accept-Ranges": "bytes",
    }
