"""Reads a part of a packed workbook with expat, once, in a time that grows with its length."""

import zipfile
from typing import Protocol
from xml.parsers import expat

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.errors import DAMAGED

_CHUNK_BYTES = 64 * 1024
_MAXIMUM_TAG_BYTES = 1024 * 1024
"""Expat reads a tag again with each chunk until the tag is complete."""


class PartScan(Protocol):
    """Is told of elements and texts, in their order."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def add_text(self, text: str) -> None:
        """Some text, perhaps not all of it at once."""

    def end(self, name: str) -> None:
        """An element ends."""


def scan_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, scan: PartScan) -> None:
    """Scans a part. Raises `RejectedError` if it is damaged, or declares entities."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _reject_doctype
    parser.StartElementHandler, parser.EndElementHandler = scan.start, scan.end
    parser.CharacterDataHandler = scan.add_text
    try:
        with archive.open(part) as content:
            while chunk := content.read(_CHUNK_BYTES):
                parser.Parse(chunk)
                if content.tell() - parser.CurrentByteIndex > _MAXIMUM_TAG_BYTES:
                    raise RejectedError(DAMAGED)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise RejectedError(DAMAGED) from None


def _reject_doctype(*_: object) -> None:
    raise RejectedError(DAMAGED)
