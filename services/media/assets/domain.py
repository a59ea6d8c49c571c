"""Assets: the types of content that are accepted, recognized by a file's first bytes, and the parts that are served."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.media import AssetKind, AssetStatus


class ContentType(StrEnum):
    """The accepted types. None of them can carry a script that runs on our pages."""

    MP4 = "video/mp4"
    WEBM = "video/webm"
    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"
    PDF = "application/pdf"


EXTENSIONS = {
    ContentType.MP4: "mp4",
    ContentType.WEBM: "webm",
    ContentType.PNG: "png",
    ContentType.JPEG: "jpg",
    ContentType.WEBP: "webp",
    ContentType.PDF: "pdf",
}
"""The extension of a file of each type."""

_RANGE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{0,15})")


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset with its file's hash (SHA-256, hexadecimal) and size in bytes."""

    asset_id: UUID
    kind: AssetKind
    title: str
    language: str
    alternative_text: str
    content_sha256: str
    content_type: ContentType
    size: int
    withdrawn_at: datetime | None
    added_at: datetime

    @property
    def status(self) -> AssetStatus:
        return AssetStatus.WITHDRAWN if self.withdrawn_at else AssetStatus.PUBLISHED


def content_type_of(content: bytes) -> ContentType | None:
    """The accepted type whose signature the content begins with. A file's name and a browser's claim do not count."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return ContentType.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return ContentType.JPEG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return ContentType.WEBP
    if content.startswith(b"%PDF-"):
        return ContentType.PDF
    if content[4:8] == b"ftyp":
        return ContentType.MP4
    if content.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in content[:64]:
        return ContentType.WEBM
    return None


def byte_range(header: str, size: int) -> tuple[int, int]:
    """The requested bytes, end exclusive; the whole content if the `Range` header cannot be served."""
    match = _RANGE.fullmatch(header)
    if match is None:
        return 0, size
    start, end = int(match[1]), min(int(match[2]) + 1, size) if match[2] else size
    return (start, end) if start < end else (0, size)
