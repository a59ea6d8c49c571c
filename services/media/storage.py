"""Where the files of assets lie: an object store, each file under the SHA-256 of its content."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

from obstore.store import LocalStore

PIECE = 256 * 1024
"""Bytes read at a time."""


class Storage:
    """A folder for now. The store's calls run in threads: its own asynchronous ones can abort a process that ends."""

    def __init__(self, folder: Path) -> None:
        self._store = LocalStore(folder, mkdir=True)

    async def keep(self, content: bytes) -> str:
        """Stores the content and returns its SHA-256; the same content again is the same file."""
        return await asyncio.to_thread(self._keep, content)

    def _keep(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        self._store.put(_path(sha256), content)
        return sha256

    async def read(self, sha256: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` up to but without `end`, in pieces."""
        for at in range(start, end, PIECE):
            piece = await asyncio.to_thread(self._store.get_range, _path(sha256), start=at, end=min(at + PIECE, end))
            yield piece.to_bytes()


def _path(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"
