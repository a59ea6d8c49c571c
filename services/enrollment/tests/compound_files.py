"""Old workbooks as programs that are not Excel write them: with a stream so short that it has small sectors."""

import struct

import xlwt

_SECTOR, _SMALL_SECTOR, _FREE, _END, _TABLE = 512, 64, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_ROOT, _STREAM = 5, 2


def with_small_sectors(workbook: xlwt.Workbook) -> bytes:
    """The workbook as a compound file of three sectors: which one follows which, the directory, and the small sectors
    behind the one that tells the same of them."""
    stream = workbook.get_biff_data()
    assert len(stream) < 4096
    small = _padded(stream, _SECTOR)
    sectors = len(small) // _SECTOR
    following = [_TABLE, _END, _END, *range(4, 3 + sectors), _END]
    directory = _entry("Root Entry", _ROOT, 3, len(small), child=1) + _entry("Workbook", _STREAM, 0, len(stream))
    small_following = [*range(1, -(-len(stream) // _SMALL_SECTOR)), _END]
    return _header() + _numbers(following) + _padded(directory, _SECTOR) + _numbers(small_following) + small


def _header() -> bytes:
    signature = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    places = struct.pack("<5H6x7I", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 2, 1)
    return signature + places + struct.pack("<2I", _END, 0) + _numbers([0])[: _SECTOR - 76]


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack("<64sHBB3I36xIII", text, len(text) + 2, kind, 1, _FREE, _FREE, child, start, size, 0)


def _numbers(numbers: list[int]) -> bytes:
    count = _SECTOR // 4
    return struct.pack(f"<{count}I", *numbers, *[_FREE] * (count - len(numbers)))


def _padded(content: bytes, size: int) -> bytes:
    return content + bytes(-len(content) % size)
