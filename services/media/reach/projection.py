"""The projection of visits into reach, and the publisher that announces each changed link and day once a second."""

import base64
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from chassis.messaging import outbox
from chassis.messaging.projections.projection import Projection, Recorded
from chassis.runtime.health import Progress
from chassis.runtime.leader import run_as_leader
from chassis.store.database import Connection, Row, lock
from chassis.store.queries import queries
from contracts.media import ReachMeasured, VisitorClass, VisitRecorded
from services.media.reach.domain import LinkDay, Tally, add_people, suspected_visits, tally, visits_by_address
from services.media.resources import MediaResources

sql = queries(__package__)

MINIMUM_INTERVAL = timedelta(seconds=1)
"""Between two announcements of one link and day."""

POLL_SECONDS = 0.2
MAXIMUM_BATCH = 200


def prepare(recorded: Recorded) -> VisitRecorded:
    """The visit of a record."""
    visit: VisitRecorded = recorded.event
    return visit


async def fold(connection: Connection, batch: Sequence[VisitRecorded]) -> None:
    """Adds the visits that were not counted before. All rows are locked in the order of their keys."""
    visits = {visit.visit_id: visit for visit in batch}
    rows = await sql.record_new_visits.fetch(connection, visit_ids=sorted(visits))
    new = [visits[visit_id] for visit_id in sorted(row["visit_id"] for row in rows)]
    tallies = tally(new, await _suspected(connection, new))
    if tallies:
        link_ids, days = zip(*tallies, strict=True)
        stored = await sql.lock_reach.fetch(connection, link_ids=link_ids, days=days)
        sketches = {(row["link_id"], row["day"]): row["people_sketch"] for row in stored}
        additions = [_addition(key, added, sketches[key]) for key, added in tallies.items()]
        await sql.add_to_reach.execute_many(connection, additions)


async def _suspected(connection: Connection, visits: Sequence[VisitRecorded]) -> set[UUID]:
    """Counts the visits for their addresses, and returns those that exceed what counts of an address."""
    added = visits_by_address(visits)
    days, digests = zip(*added, strict=True) if added else ((), ())
    rows = await sql.add_address_visits.fetch(
        connection, days=days, address_digests=digests, numbers=list(added.values())
    )
    keys = ((row["day"], row["address_digest"], row["visits"]) for row in rows)
    return suspected_visits(visits, {(day, digest): total - added[day, digest] for day, digest, total in keys})


def _addition(key: LinkDay, added: Tally, sketch: bytes | None) -> dict[str, Any]:
    link_id, day = key
    return {
        "link_id": link_id,
        "day": day,
        "people": added.visits[VisitorClass.PERSON],
        "bots": added.visits[VisitorClass.BOT],
        "previews": added.visits[VisitorClass.PREVIEW],
        "suspected": added.suspected,
        "people_sketch": add_people(sketch, added.people),
        "last_visit_at": added.last_visit_at,
    }


async def run_reach_publisher(resources: MediaResources, progress: Progress) -> None:
    """Runs until cancelled. Of all the service's workers, one publishes."""
    await run_as_leader(resources.pool, "reach", publish_pending_reach, POLL_SECONDS, progress)


async def publish_pending_reach(connection: Connection) -> int:
    """Announces the reach that changed and was not announced within the last second. Returns how many rows."""
    pending = await sql.pending_reach.fetch(connection, interval=MINIMUM_INTERVAL, limit=MAXIMUM_BATCH)
    if not pending:
        return 0
    reach_ids = [row["reach_id"] for row in pending]
    async with connection.transaction():
        await lock(connection, *reach_ids)
        rows = await sql.take_pending_reach.fetch(connection, reach_ids=reach_ids)
        await outbox.add_all(connection, [_measured(row) for row in rows])
    return len(rows)


def _measured(row: Row) -> ReachMeasured:
    sketch = base64.b64encode(row["people_sketch"]).decode()
    return ReachMeasured.model_validate({**row, "people_sketch": sketch, "occurred_at": row["last_visit_at"]})


PROJECTION = Projection("visits", (VisitRecorded,), prepare, fold)
