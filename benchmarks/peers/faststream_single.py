"""FastStream, one message a transaction: what most would write, with the ack policy that loses nothing.

It does not guarantee: that a correction which is overtaken stays overtaken (the last to come wins, not the highest
version), that a bad record leaves the others alone (it is tried again for ever), that a recreated topic is noticed. The
offset is committed after the transaction, for each message.
"""

import asyncio
from uuid import UUID

import uvloop
from faststream import AckPolicy, FastStream
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.security import SASLScram512

from benchmarks.peers.assignment import COUNTED, Assignment, Clock, place_of, report
from benchmarks.peers.tables import connect, recount
from contracts.sessions import Attendance

REMEMBER = "INSERT INTO inbox VALUES ($1) ON CONFLICT DO NOTHING RETURNING event_id"
KEEP = """
INSERT INTO attendances VALUES ($1, $2) ON CONFLICT (attendance_id) DO UPDATE SET counts = excluded.counts
RETURNING coalesce(old.counts, false)
"""
COUNT = "INSERT INTO attended VALUES ($1, $2) ON CONFLICT (place) DO UPDATE SET n = attended.n + excluded.n"


async def main(assignment: Assignment) -> None:
    connection = await connect(assignment.database_url)
    security = SASLScram512(assignment.username, assignment.password, use_ssl=False)
    broker = KafkaBroker(assignment.bootstrap, security=security, logger=None)
    app = FastStream(broker, logger=None)
    clock = Clock(assignment.records)

    @broker.subscriber(
        assignment.topic,
        group_id=assignment.group,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.NACK_ON_ERROR,
    )
    async def count(attendance: Attendance, message: KafkaMessage) -> None:
        clock.begin()
        async with connection.transaction():
            if await connection.fetchval(REMEMBER, UUID(message.headers["ce_id"])):
                now = attendance.state in COUNTED
                before = await connection.fetchval(KEEP, attendance.attendance_id, now)
                if now != before:
                    await connection.execute(COUNT, place_of(attendance.model_dump(mode="json")), now - before)
        if clock.end():
            app.exit()

    await app.run()
    report(attended=await recount(connection))
    await connection.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(Assignment.given()))
