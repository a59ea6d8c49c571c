"""The day's salt, which makes a visitor's digest the same within a day and meaningless after it."""

import asyncio
import secrets
from datetime import date, datetime, timedelta

from chassis.store.database import Pool
from chassis.store.queries import queries
from contracts.days import day_of, end_of

sql = queries("services.media")

SALT_BYTES = 32

KEPT_AFTER_ITS_DAY = timedelta(hours=1)
"""A clock may be late, and so may a request."""


class Salts:
    """The same salt in every process. It is forgotten when its day ends, even if nobody asks for another."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._known: dict[date, bytes] = {}

    async def at(self, now: datetime) -> bytes:
        """The salt of the day on which an instant lies; the first to ask draws it."""
        day = day_of(now)
        if salt := self._known.get(day):
            return salt
        await self._pool.execute(sql.draw_salt.text, day, secrets.token_bytes(SALT_BYTES))
        drawn: bytes = await self._pool.fetchval(sql.salt.text, day)
        self._known[day] = drawn
        remaining = end_of(day) + KEPT_AFTER_ITS_DAY - now
        asyncio.get_running_loop().call_later(remaining.total_seconds(), self._known.pop, day, None)
        return drawn


async def delete_old(pool: Pool, now: datetime) -> None:
    """After this nobody can tell any more who a digest of an earlier day was."""
    await pool.execute(sql.delete_salts.text, day_of(now - KEPT_AFTER_ITS_DAY))
