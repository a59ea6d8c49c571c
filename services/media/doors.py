"""Codes and where they lead. A link never changes, so a door once found is remembered."""

from dataclasses import dataclass
from uuid import UUID

from chassis.store.database import Pool
from chassis.store.queries import queries

sql = queries("services.media")


@dataclass(frozen=True, slots=True)
class Door:
    link_id: UUID
    target_url: str


class Doors:
    """The doors that were opened since this process began; at most as many as there are links."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._known: dict[str, Door] = {}

    async def find(self, code: str) -> Door | None:
        """The door behind a code, if there is one."""
        if door := self._known.get(code):
            return door
        row = await self._pool.fetchrow(sql.door.text, code)
        if row is None:
            return None
        return self._known.setdefault(code, Door(row["link_id"], row["target_url"]))
