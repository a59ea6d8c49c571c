"""The day's salt, which makes a visitor's digest the same within a day and meaningless after it."""

import asyncio
import secrets
from datetime import date, datetime, timedelta

from chassis.store.database import Pool
from chassis.store.queries import queries
from contracts.days import day_of, end_of

sql = queries(__package__)

SALT_BYTES = 32

RETENTION_AFTER_DAY = timedelta(hours=1)
"""A clock may be late, and so may a request."""


class Salts:
    """The same salt in every process. Each is removed from memory after its day, even if nobody requests another."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._salts: dict[date, bytes] = {}

    async def at(self, now: datetime) -> bytes:
        """The salt of an instant's day. The first caller of the day creates it."""
        day = day_of(now)
        if salt := self._salts.get(day):
            return salt
        await sql.add_salt.execute(self._pool, day=day, salt=secrets.token_bytes(SALT_BYTES))
        stored: bytes = await sql.salt.value(self._pool, day=day)
        self._salts[day] = stored
        remaining = end_of(day) + RETENTION_AFTER_DAY - now
        asyncio.get_running_loop().call_later(remaining.total_seconds(), self._salts.pop, day, None)
        return stored


async def delete_old(pool: Pool, now: datetime) -> None:
    """Deletes the salts of days that ended more than an hour ago, so that their digests identify nobody."""
    await sql.delete_salts.execute(pool, first_kept_day=day_of(now - RETENTION_AFTER_DAY))
