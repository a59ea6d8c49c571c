"""What a command refers to may still be on its way here: it is waited for a little, before anything is locked."""

import asyncio
from uuid import UUID

from chassis.store.database import Pool, Row
from chassis.store.queries import queries
from chassis.web.problems import Problem
from chassis.web.texts import _

sql = queries("services.sessions")

PATIENCE = 5.0
"""Seconds, longer than an event takes. A mistyped id costs its sender as much."""


async def cohort(pool: Pool, cohort_id: UUID) -> Row:
    """The cohort, with its programme as far as heard."""
    if row := await _heard(pool, sql.cohort.text, cohort_id):
        return row
    raise _unheard("cohort_not_known", _("This cohort is not known here."), "cohort_id")


async def programme(pool: Pool, programme_id: UUID) -> Row:
    """The programme."""
    if row := await _heard(pool, sql.programme.text, programme_id):
        return row
    raise _unheard("programme_not_known", _("This programme is not known here."), "programme_id")


async def _heard(pool: Pool, query: str, subject: UUID) -> Row | None:
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while (row := await pool.fetchrow(query, subject)) is None:
        if asyncio.get_running_loop().time() > deadline:
            return None
        await asyncio.sleep(0.1)
    return row


def _unheard(code: str, message: str, field: str) -> Problem:
    remedy = _("If it was made a moment ago, try again in a few seconds.")
    return Problem(409, code, message, field=field, remedy=remedy, headers={"Retry-After": "1"})
