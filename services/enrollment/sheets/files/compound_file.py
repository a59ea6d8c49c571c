"""Reads a stream of a compound file, the container of old Office files, without trusting its chains of sectors."""

import struct
from array import array
from collections.abc import Iterator

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.errors import DAMAGED

_HEADER_BYTES = 512
_ENTRY_BYTES = 128
_LAST_SECTOR = 0xFFFFFFFA
"""Greater numbers end a chain or mark what is no sector."""

_SECTOR_SHIFTS = (9, 12)
_FIRST_ALLOCATION_SECTORS = 109


class CompoundFile:
    """A compound file; every method raises `RejectedError` where it is damaged."""

    def __init__(self, content: bytes) -> None:
        if len(content) < _HEADER_BYTES:
            raise RejectedError(DAMAGED)
        self._content = content
        [shift] = struct.unpack_from("<H", content, 30)
        if shift not in _SECTOR_SHIFTS:
            raise RejectedError(DAMAGED)
        self._sector_bytes = 1 << shift
        self._next = self._allocation()

    def stream(self, names: tuple[str, ...]) -> bytes | None:
        """Returns the first stream of one of these names; None without one, or if it is smaller than a sector."""
        [start, cutoff] = struct.unpack_from("<I4xI", self._content, 48)
        directory = b"".join(self._chain(start))
        for place in range(0, len(directory) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
            entry = directory[place : place + _ENTRY_BYTES]
            [length] = struct.unpack_from("<H", entry, 64)
            if entry[: max(length - 2, 0)].decode("utf-16-le", "replace") in names:
                first, size = struct.unpack_from("<II", entry, 116)
                return b"".join(self._chain(first))[:size] if size >= cutoff else None
        return None

    def _allocation(self) -> "array[int]":
        """Returns, for each sector, the one that follows it in its chain."""
        numbers = [*struct.unpack_from(f"<{_FIRST_ALLOCATION_SECTORS}I", self._content, 76)]
        [more, count] = struct.unpack_from("<II", self._content, 68)
        for _ in range(min(count, len(self._content) // self._sector_bytes)):
            *listed, more = array("I", self._sector(more))
            numbers += listed
        sectors = array("I")
        for number in numbers:
            if number < _LAST_SECTOR:
                sectors.frombytes(self._sector(number))
            if len(sectors) > len(self._content):
                raise RejectedError(DAMAGED)
        return sectors

    def _chain(self, sector: int) -> Iterator[bytes]:
        for _ in range(len(self._content) // self._sector_bytes + 1):
            if sector >= _LAST_SECTOR:
                return
            yield self._sector(sector)
            if sector >= len(self._next):
                raise RejectedError(DAMAGED)
            sector = self._next[sector]
        raise RejectedError(DAMAGED)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._sector_bytes
        found = self._content[start : start + self._sector_bytes]
        if not found:
            raise RejectedError(DAMAGED)
        return found.ljust(self._sector_bytes, b"\x00")
