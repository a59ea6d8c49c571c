"""Types of files that are accepted, recognized by their content, and the parts of files that are served. Pure."""

import re
from enum import StrEnum


class FileType(StrEnum):
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
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    ODP = "application/vnd.oasis.opendocument.presentation"


EXTENSIONS = {
    FileType.MP4: "mp4",
    FileType.WEBM: "webm",
    FileType.PNG: "png",
    FileType.JPEG: "jpg",
    FileType.WEBP: "webp",
    FileType.PDF: "pdf",
    FileType.MP3: "mp3",
    FileType.OGG: "ogg",
    FileType.M4A: "m4a",
    FileType.PPTX: "pptx",
    FileType.ODP: "odp",
}
"""The extension of a file of each type."""

DOWNLOADED = frozenset({FileType.PDF, FileType.PPTX, FileType.ODP})
"""Documents, which a browser stores instead of showing them at the office's address."""

_MP3_FRAMES = (b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2")
_OGG_SOUNDS = (b"vorbis", b"OpusHead", b"Speex", b"FLAC")
_TRACK = re.compile(rb"hdlr.{8}(vide|soun)", re.DOTALL)
"""The handler of a track of an MP4 file."""

_ARCHIVE = b"PK\x03\x04"
_OPENDOCUMENT = b"mimetype" + FileType.ODP.encode()
"""What an OpenDocument presentation has after the 30 bytes of its archive's first header (ODF 1.3, part 2, 3.3)."""

_SLIDES, _MACROS = b"ppt/presentation.xml", b"vbaProject.bin"
"""Names in the directory of an archive of Office Open XML."""

_RANGE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{0,15})")


def file_type_of(content: bytes) -> FileType | None:
    """The accepted type whose signature the content has. A file's name and a browser's claim do not count."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileType.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return FileType.JPEG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return FileType.WEBP
    if content.startswith(b"%PDF-"):
        return FileType.PDF
    if content[4:8] == b"ftyp":
        return FileType.M4A if _is_sound(content) else FileType.MP4
    if content.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in content[:64]:
        return FileType.WEBM
    if content.startswith(_MP3_FRAMES):
        return FileType.MP3
    if content.startswith(b"OggS") and any(codec in content[:64] for codec in _OGG_SOUNDS):
        return FileType.OGG
    return _slides(content) if content.startswith(_ARCHIVE) else None


def _slides(content: bytes) -> FileType | None:
    """The type of an archive that is a presentation without macros."""
    if content[30:].startswith(_OPENDOCUMENT):
        return FileType.ODP
    return FileType.PPTX if _SLIDES in content and _MACROS not in content else None


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
