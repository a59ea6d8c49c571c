"""FastStream in batches: an inbox, what was said last, and counters, all by arrays; the best one would do with it.

It does not guarantee: that a correction which is overtaken stays overtaken (the last to come wins, not the highest
version), that a bad record leaves its batch alone (all are tried again for ever), that a recreated topic is noticed.
The offset is committed after the transaction; the inbox catches what is then read again.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable
from uuid import UUID

import asyncpg
import uvloop
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.security import SASLScram512

from benchmarks.peers.assignment import COUNTED, Assignment, Clock, place_of, report
from benchmarks.peers.tables import connect, recount
from contracts.sessions import Attendance

BATCH = 10_000

REMEMBER = "INSERT INTO inbox SELECT DISTINCT unnest($1::uuid[]) ON CONFLICT DO NOTHING RETURNING event_id"
KEEP = """
INSERT INTO attendances SELECT * FROM unnest($1::uuid[], $2::boolean[])
ON CONFLICT (attendance_id) DO UPDATE SET counts = excluded.counts
RETURNING attendance_id, coalesce(old.counts, false) AS before
"""
COUNT = """
INSERT INTO attended SELECT * FROM unnest($1::text[], $2::bigint[])
ON CONFLICT (place) DO UPDATE SET n = attended.n + excluded.n
"""


async def main(assignment: Assignment) -> None:
    connection = await connect(assignment.database_url)
    security = SASLScram512(assignment.username, assignment.password, use_ssl=False)
    broker = KafkaBroker(assignment.bootstrap, security=security, logger=None)
    app = FastStream(broker, logger=None)
    clock = Clock(assignment.records)

    @broker.subscriber(
        assignment.topic,
        batch=True,
        max_records=BATCH,
        group_id=assignment.group,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
    )
    async def count(attendances: list[Attendance], message: KafkaMessage) -> None:
        clock.begin()
        events = [UUID(headers["ce_id"]) for headers in message.batch_headers]
        async with connection.transaction():
            await fold(connection, list(zip(events, attendances, strict=True)))
        if clock.end(len(attendances)):
            app.exit()

    await app.run()
    report(attended=await recount(connection))
    await connection.close()


async def fold(connection: "asyncpg.Connection[asyncpg.Record]", batch: list[tuple[UUID, Attendance]]) -> None:
    """Each event once, the last one of each attendance, the difference to what stood there."""
    fresh = {row["event_id"] for row in await connection.fetch(REMEMBER, [event for event, _ in batch])}
    latest = {attendance.attendance_id: attendance for attendance in first_times(batch, fresh)}
    counts = {subject: attendance.state in COUNTED for subject, attendance in sorted(latest.items())}
    moved: Counter[str] = Counter()
    for row in await connection.fetch(KEEP, list(counts), list(counts.values())):
        subject = row["attendance_id"]
        if counts[subject] != row["before"]:
            moved[place_of(latest[subject].model_dump(mode="json"))] += counts[subject] - row["before"]
    places = sorted(moved)
    await connection.execute(COUNT, places, [moved[place] for place in places])


def first_times(batch: list[tuple[UUID, Attendance]], fresh: set[UUID]) -> Iterable[Attendance]:
    """In a batch too, an event counts where it came first."""
    for event, attendance in batch:
        if event in fresh:
            fresh.remove(event)
            yield attendance


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(Assignment.given()))
