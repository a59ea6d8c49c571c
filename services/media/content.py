"""What a file is, told by its first bytes: neither a file's name nor what a browser says of it counts."""

from enum import StrEnum


class ContentType(StrEnum):
    """The types that are taken; none of them can carry a script that runs on our pages."""

    MP4 = "video/mp4"
    WEBM = "video/webm"
    PNG = "image/png"
    JPEG = "image/jpeg"
    WEBP = "image/webp"
    PDF = "application/pdf"


ENDINGS = {
    ContentType.MP4: "mp4",
    ContentType.WEBM: "webm",
    ContentType.PNG: "png",
    ContentType.JPEG: "jpg",
    ContentType.WEBP: "webp",
    ContentType.PDF: "pdf",
}
"""How a file of each type is named."""


def type_of(content: bytes) -> ContentType | None:
    """The type whose signature the content begins with, if it is one of ours."""
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
