"""Files over HTTP: one to save, and stored ones.

A stored file is sent whole, in parts (RFC 9110, 14), or not at all to a reader who has it.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Header, Response
from fastapi.responses import StreamingResponse

from chassis.web.file_types import DOWNLOADED, EXTENSIONS, FileType, byte_range
from chassis.web.validators import matches

CHUNK_BYTES = 256 * 1024
"""Bytes that are read of a stored file at a time."""

_ANY_FILE = {"*/*": {"schema": {"type": "string", "format": "binary"}}}

FILE_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The file.", "content": _ANY_FILE},
    206: {"description": "The range of bytes.", "content": _ANY_FILE},
    304: {"description": "The reader has this content."},
}
"""What the interface says of a route that serves a file."""

ReadBytes = Callable[[int, int], AsyncIterator[bytes]]
"""Reads a file from a byte to another, end exclusive, in chunks."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a file before it is read. `name` is without the extension; the hash is hexadecimal."""

    name: str
    file_type: FileType
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class FileRequest:
    """Which part of a file is asked for, and which content the reader has."""

    range: str
    if_none_match: str
    if_range: str


def file_request(
    range: Annotated[str, Header(description="One range of bytes, as players request it.")] = "",  # noqa: A002
    if_none_match: Annotated[str, Header()] = "",
    if_range: Annotated[str, Header(description="The tag of the content that the range is of.")] = "",
) -> FileRequest:
    """The dependency of a route that serves a file."""
    return FileRequest(range, if_none_match, if_range)


AskedFile = Annotated[FileRequest, Depends(file_request)]


def download(content: bytes, media_type: str, name: str) -> Response:
    """The answer with a file to save, such as `qr-abc.svg`; a page shows pictures of it too."""
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def serve(file: StoredFile, asked: FileRequest, read: ReadBytes, *, is_public: bool = True) -> Response:
    """Answers with what is asked for of the file, with the type of its content. A copy of a file that is not public is
    kept by no cache.

    Its first bytes are read before the answer begins: a store that does not answer is then an error, not half a file.
    """
    headers = _headers(file) | {"Cache-Control": "public, max-age=300" if is_public else "no-store"}
    if matches(asked.if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    start, end = byte_range(asked.range if asked.if_range in {"", headers["ETag"]} else "", file.size)
    headers["Content-Length"] = str(end - start)
    is_partial = (start, end) != (0, file.size)
    if is_partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    chunks = read(start, end)
    content = _continued(await anext(chunks, b""), chunks)
    return StreamingResponse(content, 206 if is_partial else 200, headers, file.file_type)


async def _continued(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in chunks:
        yield chunk


def _headers(file: StoredFile) -> dict[str, str]:
    disposition = "attachment" if file.file_type in DOWNLOADED else "inline"
    name = f"{quote(file.name, safe='')}.{EXTENSIONS[file.file_type]}"
    return {
        "ETag": f'"{file.sha256}"',
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{name}",
        "Content-Encoding": "identity",  # keeps it from being compressed again, which would break ranges
        "Accept-Ranges": "bytes",
    }
