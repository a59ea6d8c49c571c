"""Reads a stream of a compound file, the container of old Office files, without trusting its chains of sectors.

A stream of less than 4,096 bytes has small sectors, which lie together in the stream of the directory's root.
"""

import struct
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chassis.runtime.rejections import RejectedError
from services.enrollment.sheets.errors import DAMAGED

_HEADER_BYTES = 512
_ENTRY_BYTES, _NAME_BYTES = 128, 64
_LAST_SECTOR = 0xFFFFFFFA
"""Greater numbers end a chain or mark what is no sector."""

_SECTOR_SHIFTS, _OLD_SECTOR_BYTES = (9, 12), 512
_SMALL_SECTOR_BYTES, _SMALL_STREAM_BYTES = 64, 4_096
"""The format fixes both. The reading library does not read what the header says of them, either."""

_FIRST_ALLOCATION_SECTORS = 109


@dataclass(frozen=True, slots=True)
class _Sectors:
    """Pieces of one size, of which `following` tells the next one in its chain; the first begins at `start`."""

    content: bytes
    size: int
    start: int = 0
    following: Sequence[int] = ()

    def chained(self, number: int) -> bytes:
        """Returns the sectors of a chain. Raises `RejectedError` if it leads nowhere, or never ends."""
        return b"".join(self._chain(number))

    def at(self, number: int) -> bytes:
        """Returns one sector; the last one of a file can be short."""
        place = self.start + number * self.size
        found = self.content[place : place + self.size]
        if not found:
            raise RejectedError(DAMAGED)
        return found.ljust(self.size, b"\x00")

    def _chain(self, number: int) -> Iterator[bytes]:
        for _ in range(len(self.content) // self.size + 1):
            if number >= _LAST_SECTOR:
                return
            yield self.at(number)
            if number >= len(self.following):
                raise RejectedError(DAMAGED)
            number = self.following[number]
        raise RejectedError(DAMAGED)


class CompoundFile:
    """A compound file; every method raises `RejectedError` where it is damaged."""

    def __init__(self, content: bytes) -> None:
        if len(content) < _HEADER_BYTES:
            raise RejectedError(DAMAGED)
        self._content = content
        [shift] = struct.unpack_from("<H", content, 30)
        if shift not in _SECTOR_SHIFTS:
            raise RejectedError(DAMAGED)
        alone = _Sectors(content, 1 << shift, 1 << shift)
        self._sectors = _Sectors(content, alone.size, alone.start, self._allocation(alone))

    def stream(self, names: Iterable[str]) -> bytes | None:
        """Returns the stream of the first of these names that the directory has; None without one."""
        entries = dict(reversed(list(self._entries())))
        found = next((entries[name] for name in names if name in entries), None)
        if found is None:
            return None
        first, size = found
        sectors = self._sectors if size >= _SMALL_STREAM_BYTES else self._small_sectors()
        return sectors.chained(first)[: size or None]

    def _entries(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """Yields the name of each stream, with its first sector and its size, which is 0 where it is not told; the
        first one is the root."""
        [start] = struct.unpack_from("<I", self._content, 48)
        directory = self._sectors.chained(start)
        for place in range(0, len(directory) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
            entry = directory[place : place + _ENTRY_BYTES]
            name = entry[:_NAME_BYTES].decode("utf-16-le", "replace").partition("\x00")[0]
            first, size, more = struct.unpack_from("<III", entry, 116)
            yield name, (first, size if self._sectors.size == _OLD_SECTOR_BYTES else size + (more << 32))

    def _small_sectors(self) -> _Sectors:
        [start] = struct.unpack_from("<I", self._content, 60)
        root, _ = next((place for _, place in self._entries()), (_LAST_SECTOR, 0))
        following = array("I", self._sectors.chained(start))
        return _Sectors(self._sectors.chained(root), _SMALL_SECTOR_BYTES, following=following)

    def _allocation(self, sectors: _Sectors) -> "array[int]":
        """Returns, for each sector, the one that follows it in its chain."""
        numbers = [*struct.unpack_from(f"<{_FIRST_ALLOCATION_SECTORS}I", self._content, 76)]
        [more, count] = struct.unpack_from("<II", self._content, 68)
        for _ in range(min(count, len(self._content) // sectors.size)):
            *listed, more = array("I", sectors.at(more))
            numbers += listed
        following = array("I")
        for number in numbers:
            if number < _LAST_SECTOR:
                following.frombytes(sectors.at(number))
            if len(following) > len(self._content):
                raise RejectedError(DAMAGED)
        return following
