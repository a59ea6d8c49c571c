"""The subjects' keys, in a database apart from the data. Destroying a key erases what it encrypted."""

import asyncio
from collections.abc import Iterable, Sequence
from uuid import UUID

from chassis.store.database import Pool, Row, answers
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.web.reads import Reader
from services.enrollment.identity.encryption import MasterKey, SubjectKey

sql = queries(__package__)

INDEX = UUID(int=0)
"""The subject of the key that the blind index is computed with. It belongs to nobody and is never destroyed."""

KEPT_NAMES = UUID(int=1)
"""The subject of the key of the names that processes keep of cohorts. Each erasure destroys it, and whoever needs it
next creates another."""

KEY_BATCH_SIZE = 20
"""Keys created at a time. Those left unused when the process ends stay without a subject."""


class Keyring:
    """Creates, reads and destroys keys. A key is committed before anything is encrypted with it, so it is created
    outside of the caller's transaction."""

    def __init__(self, pool: Pool, master: MasterKey) -> None:
        self._pool = pool
        self._master = master
        self._unused: list[SubjectKey] = []
        self._drawing = asyncio.Lock()

    async def prepare(self, count: int) -> None:
        """Has the keys of `count` new subjects ready, created in one statement. Meant for registering many people."""
        lacking = count - len(self._unused)
        if lacking > 0:
            created = await self.create([new_id() for _ in range(lacking)])
            self._unused.extend(created.values())

    async def draw(self) -> SubjectKey:
        """Returns a key that nobody has used; its `subject` is the new subject's id."""
        async with self._drawing:  # callers that wait while keys are created take one of that batch
            if not self._unused:
                await self.prepare(KEY_BATCH_SIZE)
            return self._unused.pop()

    async def create(self, subjects: Sequence[UUID]) -> dict[UUID, SubjectKey]:
        """Returns the subjects' keys, and creates those that do not exist."""
        wrapped = [self._master.new_key(subject) for subject in subjects]
        return self._unwrapped(await sql.create_keys.fetch(self._pool, subjects=subjects, wrapped=wrapped))

    async def fetch(self, reader: Reader, subjects: Iterable[UUID]) -> dict[UUID, SubjectKey]:
        """Returns the subjects' keys; an erased subject has none. Whoever asks for keys reads what they encrypted."""
        rows = await sql.keys_of.fetch(self._pool, subjects=list(subjects))
        return reader.reads(await asyncio.to_thread(self._unwrapped, rows))

    async def answers(self) -> None:
        """Raises unless the key database answers."""
        await answers(self._pool)

    async def index_key(self) -> bytes:
        """Returns the secret of the blind index, which is created with the first process that asks for it."""
        return (await self.create([INDEX]))[INDEX].secret

    async def key_of_kept_names(self) -> SubjectKey:
        """Returns the key that names in a process's memory are encrypted under, and creates it after an erasure."""
        stored = self._unwrapped(await sql.keys_of.fetch(self._pool, subjects=[KEPT_NAMES]))
        return (stored or await self.create([KEPT_NAMES]))[KEPT_NAMES]

    async def destroy(self, subject: UUID) -> None:
        """Erases the subject: nobody can decrypt what its key encrypted. Raises `ValueError` for the blind index."""
        if subject == INDEX:
            raise ValueError("Without the key of the blind index nobody is found by a document any more.")
        await sql.destroy_key.execute(self._pool, subject=subject)

    def _unwrapped(self, rows: Iterable[Row]) -> dict[UUID, SubjectKey]:
        return {row["subject"]: self._master.unwrap(row["subject"], row["wrapped"]) for row in rows}
