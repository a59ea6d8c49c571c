"""From visits to reach: the projection folds, and a pass says what changed, each link and day at most once a second."""

import base64
from collections.abc import Sequence
from datetime import timedelta

from chassis.messaging import outbox
from chassis.messaging.projections.projection import Projection, Recorded
from chassis.runtime.health import Progress
from chassis.runtime.leader import run_as_leader
from chassis.store.database import Connection, Row, columns, lock
from chassis.store.queries import queries
from contracts.media import ReachMeasured, VisitorClass, VisitRecorded
from services.media import reach
from services.media.reach import LinkDay, Tally
from services.media.resources import MediaResources

sql = queries("services.media")

AT_MOST_EVERY = timedelta(seconds=1)
LOOK_SECONDS = 0.2
AT_ONCE = 200


def prepare(recorded: Recorded) -> VisitRecorded:
    """The visit itself."""
    visit: VisitRecorded = recorded.event
    return visit


async def fold(connection: Connection, batch: Sequence[VisitRecorded]) -> None:
    """Adds the visits that were not folded before. All rows are taken in the order of their keys."""
    visits = {visit.visit_id: visit for visit in batch}
    rows = await connection.fetch(sql.remember_visits.text, sorted(visits))
    tallies = reach.tallied(visits[row["visit_id"]] for row in rows)
    if tallies:
        stood = await connection.fetch(sql.take_reach.text, *columns(tallies))
        sketches = {(row["link_id"], row["day"]): row["people_sketch"] for row in stood}
        await connection.executemany(
            sql.add_to_reach.text, [_addition(key, tally, sketches[key]) for key, tally in tallies.items()]
        )


def _addition(key: LinkDay, tally: Tally, sketch: bytes | None) -> tuple[object, ...]:
    counts = (tally.visits[each] for each in (VisitorClass.PERSON, VisitorClass.BOT, VisitorClass.PREVIEW))
    return *key, *counts, reach.merged(sketch, tally.people), tally.last_visit_at


async def announce(resources: MediaResources, progress: Progress) -> None:
    """Runs until cancelled; of all of the service's workers one announces."""
    await run_as_leader(resources.pool, "reach", announce_changes, LOOK_SECONDS, progress)


async def announce_changes(connection: Connection) -> int:
    """Says `ReachMeasured` for what changed and was not announced within the last second. Returns how many."""
    due = await connection.fetch(sql.reach_to_announce.text, AT_MOST_EVERY, AT_ONCE)
    if not due:
        return 0
    reach_ids = [row["reach_id"] for row in due]
    async with connection.transaction():
        await lock(connection, *reach_ids)
        rows = await connection.fetch(sql.mark_announced.text, reach_ids)
        await outbox.add_all(connection, [_measured(row) for row in rows])
    return len(rows)


def _measured(row: Row) -> ReachMeasured:
    sketch = base64.b64encode(row["people_sketch"]).decode()
    return ReachMeasured.model_validate({**row, "people_sketch": sketch, "occurred_at": row["last_visit_at"]})


PROJECTION = Projection("visits", (VisitRecorded.topic,), (VisitRecorded,), prepare, fold)
