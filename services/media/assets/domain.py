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
    MP3 = "audio/mpeg"
    OGG = "audio/ogg"
    M4A = "audio/mp4"


EXTENSIONS = {
    ContentType.MP4: "mp4",
    ContentType.WEBM: "webm",
    ContentType.PNG: "png",
    ContentType.JPEG: "jpg",
    ContentType.WEBP: "webp",
    ContentType.PDF: "pdf",
    ContentType.MP3: "mp3",
    ContentType.OGG: "ogg",
    ContentType.M4A: "m4a",
}
"""The extension of a file of each type."""

_VIDEOS = frozenset({ContentType.MP4, ContentType.WEBM})
_PICTURES = frozenset({ContentType.PNG, ContentType.JPEG, ContentType.WEBP})
_SOUNDS = frozenset({ContentType.MP3, ContentType.OGG, ContentType.M4A})

ACCEPTED_TYPES = {
    AssetKind.REEL: _VIDEOS,
    AssetKind.FLYER: _PICTURES | {ContentType.PDF},
    AssetKind.POSTER: _PICTURES | {ContentType.PDF},
    AssetKind.PHOTO: _PICTURES,
    AssetKind.AUDIO_SPOT: _SOUNDS,
}
"""The types that can be content of each kind."""

_MP3_FRAMES = (b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2")
_OGG_SOUNDS = (b"vorbis", b"OpusHead", b"Speex", b"FLAC")
_TRACK = re.compile(rb"hdlr.{8}(vide|soun)", re.DOTALL)
"""The handler of a track of an MP4 file."""

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
    """The accepted type whose signature the content has. A file's name and a browser's claim do not count."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return ContentType.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return ContentType.JPEG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return ContentType.WEBP
    if content.startswith(b"%PDF-"):
        return ContentType.PDF
    if content[4:8] == b"ftyp":
        return ContentType.M4A if _is_sound(content) else ContentType.MP4
    if content.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in content[:64]:
        return ContentType.WEBM
    if content.startswith(_MP3_FRAMES):
        return ContentType.MP3
    if content.startswith(b"OggS") and any(codec in content[:64] for codec in _OGG_SOUNDS):
        return ContentType.OGG
    return None


def _is_sound(content: bytes) -> bool:
    """Whether an MP4 file has sound and no pictures; recorders of phones do not always name the brand `M4A`."""
    return content[8:11] == b"M4A" or set(_TRACK.findall(content)) == {b"soun"}


def byte_range(header: str, size: int) -> tuple[int, int]:
    """The requested bytes, end exclusive; the whole content if the `Range` header cannot be served."""
    match = _RANGE.fullmatch(header)
    if match is None:
        return 0, size
    start, end = int(match[1]), min(int(match[2]) + 1, size) if match[2] else size
    return (start, end) if start < end else (0, size)
