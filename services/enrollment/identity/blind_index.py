"""What encrypted values are found by: digests under a key that lies in the key database, apart from what they index."""

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from itertools import chain
from uuid import UUID

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from services.enrollment.identity.documents import Document
from services.enrollment.identity.names import tokens

MEMORY_KIB = 1024
ITERATIONS = 1
"""Of Argon2id. There are 100 million DNIs, so whoever tries them all pays for each; a sheet has up to 50,000 rows."""

CONCURRENT_DIGESTS = 2
"""Digests of documents that a process computes at the same time, each in a thread and in `MEMORY_KIB` of memory."""

DIGESTS_OF_THREAD = 25
"""Digests that a thread computes one after the other: some 10 ms, for which a single one waits at most."""

DOCUMENT_BYTES = 16
NAME_BYTES = 8
BEGINNING_CHARACTERS = 3
"""First characters of a name's word of which its digest is computed: so few that many people share them."""


class BlindIndex:
    """Computes the digests of documents and names. Without the key nobody can test guesses."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._free = asyncio.Semaphore(CONCURRENT_DIGESTS)

    async def document(self, document: Document) -> bytes:
        """Computes the digest by which the people of a document are found. It takes 0.4 ms of a processor."""
        [digest] = await self.documents([document])
        return digest

    async def documents(self, documents: Sequence[Document]) -> list[bytes]:
        """Computes the digests of several documents, on several processors."""
        parts = (documents[at : at + DIGESTS_OF_THREAD] for at in range(0, len(documents), DIGESTS_OF_THREAD))
        return list(chain.from_iterable(await asyncio.gather(*map(self._in_thread, parts))))

    def heading(self, heading: str) -> bytes:
        """Computes what the heading of a sheet, or several of them, are known by: one can have a name and a DNI."""
        return hmac.digest(self._secret, f"heading/{heading}".encode(), "sha256")

    def stored_names(self, person_id: UUID, text: str) -> list[bytes]:
        """Computes what a person's names are found by: nobody else's digests are the same, whatever their names."""
        return sorted(
            hashlib.sha256(beginning + person_id.bytes).digest()[:NAME_BYTES] for beginning in self._beginnings(text)
        )

    def searched_names(self, text: str) -> list[bytes]:
        """Computes of each word what the query `entries_by_name` combines with every person's id."""
        return sorted(self._beginnings(text))

    def _beginnings(self, text: str) -> set[bytes]:
        words = {word[:BEGINNING_CHARACTERS] for word in tokens(text)}
        return {hmac.digest(self._secret, f"name/{word}".encode(), "sha256") for word in words}

    async def _in_thread(self, documents: Sequence[Document]) -> list[bytes]:
        values = [f"document/{document.type}/{document.number}" for document in documents]
        async with self._free:
            return await asyncio.to_thread(lambda: list(map(self._slow_digest, values)))

    def _slow_digest(self, value: str) -> bytes:
        argon = Argon2id(
            salt=b"minka/blind index",
            length=DOCUMENT_BYTES,
            iterations=ITERATIONS,
            lanes=1,
            memory_cost=MEMORY_KIB,
            secret=self._secret,
        )
        return argon.derive(value.encode())
