"""The subjects' keys, in a database apart from the data they open. Destroying a key erases what it sealed."""

import asyncio
from collections.abc import Iterable, Sequence
from uuid import UUID

from chassis.store.database import Pool
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from services.enrollment.encryption import MasterKey, SubjectKey

sql = queries("services.enrollment")

STOCK = 20
"""Keys that are made at a time; those of a process that ends are nobody's."""


class Keyring:
    """A key is durable before anything is sealed with it, so its making is no part of the caller's transaction."""

    def __init__(self, pool: Pool, master: MasterKey) -> None:
        self._pool = pool
        self._master = master
        self._stock: list[SubjectKey] = []
        self._drawing = asyncio.Lock()

    async def prepare(self, count: int) -> None:
        """Has the keys of `count` new subjects in stock, made in one statement: for whoever registers many people."""
        lacking = count - len(self._stock)
        if lacking > 0:
            made = await self.create([new_id() for _ in range(lacking)])
            self._stock.extend(made.values())

    async def draw(self) -> SubjectKey:
        """The key of a subject nobody has used yet; its id is the new subject's."""
        async with self._drawing:  # who comes while keys are made takes one of them
            if not self._stock:
                await self.prepare(STOCK)
            return self._stock.pop()

    async def create(self, subjects: Sequence[UUID]) -> dict[UUID, SubjectKey]:
        """The subjects' keys, made where there are none yet."""
        wrapped = [self._master.new_key(subject) for subject in subjects]
        rows = await self._pool.fetch(sql.create_keys.text, subjects, wrapped)
        return {row["subject"]: self._master.unwrap(row["subject"], row["wrapped"]) for row in rows}

    async def fetch(self, subjects: Iterable[UUID]) -> dict[UUID, SubjectKey]:
        """The subjects' keys; who was erased is missing."""
        rows = await self._pool.fetch(sql.keys_of.text, list(subjects))
        return {row["subject"]: self._master.unwrap(row["subject"], row["wrapped"]) for row in rows}

    async def destroy(self, subject: UUID) -> None:
        """Erases the subject: what its key sealed can be opened by nobody, ever."""
        await self._pool.execute(sql.destroy_key.text, subject)
