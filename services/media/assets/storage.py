"""The store of the assets' files: an object store with each file under the SHA-256 of its content."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

from obstore.store import LocalStore

from chassis.web.files import CHUNK_BYTES


class Storage:
    """A folder. Calls run in threads, because the store's own asynchronous calls can abort a process that ends."""

    def __init__(self, folder: Path) -> None:
        self._store = LocalStore(folder, mkdir=True)

    async def put(self, content: bytes) -> str:
        """Stores the content and returns its SHA-256. Idempotent."""
        return await asyncio.to_thread(self._put, content)

    def _put(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        self._store.put(_path(sha256), content)
        return sha256

    async def read(self, sha256: str, start: int, end: int) -> AsyncIterator[bytes]:
        """The bytes from `start` to `end`, end exclusive, in chunks."""
        for at in range(start, end, CHUNK_BYTES):
            stop = min(at + CHUNK_BYTES, end)
            chunk = await asyncio.to_thread(self._store.get_range, _path(sha256), start=at, end=stop)
            yield chunk.to_bytes()


def _path(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256}"
