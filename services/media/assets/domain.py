"""Assets: the types of files that can be content of each kind."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.web.file_types import FileType
from contracts.media import AssetKind, AssetStatus

_VIDEOS = frozenset({FileType.MP4, FileType.WEBM})
_PICTURES = frozenset({FileType.PNG, FileType.JPEG, FileType.WEBP})
_SOUNDS = frozenset({FileType.MP3, FileType.OGG, FileType.M4A})

ACCEPTED_TYPES = {
    AssetKind.REEL: _VIDEOS,
    AssetKind.FLYER: _PICTURES | {FileType.PDF},
    AssetKind.POSTER: _PICTURES | {FileType.PDF},
    AssetKind.PHOTO: _PICTURES,
    AssetKind.AUDIO_SPOT: _SOUNDS,
}
"""The types that can be content of each kind."""


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset with its file's hash (SHA-256, hexadecimal) and size in bytes."""

    asset_id: UUID
    kind: AssetKind
    title: str
    language: str
    alternative_text: str
    content_sha256: str
    content_type: FileType
    size: int
    withdrawn_at: datetime | None
    added_at: datetime

    @property
    def status(self) -> AssetStatus:
        return AssetStatus.WITHDRAWN if self.withdrawn_at else AssetStatus.PUBLISHED
