"""Style sheets and scripts, served from memory under the digest of them all: a browser may keep them for ever."""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request, Response

from chassis.web.access import EVERYBODY, Access
from chassis.web.problems import of_status
from chassis.web.rates import Rate

FOR_EVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=60"

router = APIRouter(include_in_schema=False)

ACCESS: Access = {"GET /static/{digest}/{name}": {EVERYBODY: Rate.UNLIMITED}}


@dataclass(frozen=True)
class Assets:
    """Files by name, and a digest that changes when any of them does: modules import each other relatively."""

    contents: dict[str, bytes]
    digest: str


@cache
def read_assets(*packages: str) -> Assets:
    """The files in the packages' folders named `static`, wherever they stand; two files cannot have one name."""
    contents: dict[str, bytes] = {}
    for package in packages:
        for entry in sorted(Path(str(files(package))).rglob("static/*")):
            if "tests" in entry.parts:
                continue
            if entry.name in contents:
                raise ValueError(f"two packages have a static file named {entry.name}")
            contents[entry.name] = entry.read_bytes()
    digest = hashlib.sha256(b"".join(name.encode() + content for name, content in contents.items()))
    return Assets(contents, digest.hexdigest()[:12])


@router.get("/static/{digest}/{name}")
async def asset(request: Request, digest: str, name: str) -> Response:
    """One file. An older digest still gets the file, briefly: its page may have been made by the former version."""
    assets: Assets = request.app.state.pages.assets
    if (content := assets.contents.get(name)) is None:
        raise of_status(404)
    lasting = FOR_EVER if digest == assets.digest else BRIEFLY
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(content, media_type=media_type, headers={"Cache-Control": lasting})
