"""The projection of the calendar that sessions announces into `known_sessions`. Of each session the highest version is
kept."""

from collections.abc import Sequence
from typing import Any

from chassis.messaging.projections.projection import Projection, Recorded
from chassis.store.database import Connection
from chassis.store.queries import queries
from contracts.sessions import SessionCancelled, SessionHeld, SessionRescheduled, SessionScheduled

sql = queries(__package__)


def prepare(recorded: Recorded) -> dict[str, Any]:
    """The row of the session that a record announces."""
    version = {"version": recorded.envelope.version}
    return {name: getattr(recorded.event, name, None) for name in sql.replicate_sessions.parameters} | version


async def fold(connection: Connection, batch: Sequence[dict[str, Any]]) -> None:
    """Stores the newest version of each session, in the order of their ids."""
    newest: dict[Any, dict[str, Any]] = {}
    for row in batch:
        if row["version"] > newest.setdefault(row["session_id"], row)["version"]:
            newest[row["session_id"]] = row
    await sql.replicate_sessions.execute_rows(connection, [newest[one] for one in sorted(newest)])


EVENTS = (SessionScheduled, SessionRescheduled, SessionCancelled, SessionHeld)

PROJECTION = Projection("calendar", EVENTS, prepare, fold)
