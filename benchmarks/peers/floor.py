"""The floor: read, decode, COPY, offsets in the same transaction. Durable, and nothing more.

It does not guarantee: that an event counts once (duplicates are rows like any other), that a correction replaces what
it corrects, that a bad record leaves its neighbours alone, that a zombie changes nothing. Nothing is counted: whoever
wants a figure sorts all rows, as the recount here does after the clock has stopped.
"""

import asyncio
from typing import Any

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, ConsumerRecord

from benchmarks.peers.assignment import COUNTED, Assignment, report, say
from contracts.envelope import from_headers
from contracts.sessions import AttendanceCorrected, AttendanceRecorded

BATCH = 10_000
COLUMNS = ("attendance_id", "version", "person_id", "cohort_id", "district", "starts_at", "counts")
MODELS = {model.type: model for model in (AttendanceRecorded, AttendanceCorrected)}

TABLES = """
CREATE TABLE attendances (
    attendance_id uuid, version int, person_id uuid, cohort_id uuid, district text, starts_at timestamptz, counts bool
);
CREATE TABLE offsets (partition int PRIMARY KEY, next bigint NOT NULL);
"""
MOVE = """
INSERT INTO offsets SELECT * FROM unnest($1::int[], $2::bigint[])
ON CONFLICT (partition) DO UPDATE SET next = excluded.next
"""
RECOUNT = """
SELECT concat_ws('|', to_char(starts_at AT TIME ZONE 'UTC', 'YYYY-MM'), cohort_id, district) AS place, count(*) AS n
FROM (SELECT DISTINCT ON (attendance_id) * FROM attendances ORDER BY attendance_id, version DESC) latest
WHERE counts GROUP BY 1
"""


async def main(assignment: Assignment) -> None:
    connection = await asyncpg.connect(assignment.database_url)
    await connection.execute(TABLES)
    consumer = AIOKafkaConsumer(
        assignment.topic,
        **assignment.aiokafka(),
        group_id=assignment.group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=4 * 1024 * 1024,
    )
    say("ready")
    await consumer.start()
    read = 0
    while read < assignment.records:
        polled = await consumer.getmany(timeout_ms=200, max_records=BATCH)
        read += sum(map(len, polled.values()))
        rows = [row(record) for records in polled.values() for record in records]
        async with connection.transaction():
            await connection.copy_records_to_table("attendances", records=rows, columns=COLUMNS)
            nexts = {partition.partition: records[-1].offset + 1 for partition, records in polled.items()}
            await connection.execute(MOVE, list(nexts), list(nexts.values()))
    say("finished")
    await consumer.stop()
    report(attended={row["place"]: row["n"] for row in await connection.fetch(RECOUNT)})
    await connection.close()


def row(record: "ConsumerRecord[bytes, bytes]") -> tuple[Any, ...]:
    """A record's row, in the order of `COLUMNS`."""
    envelope = from_headers(record.headers)
    event = MODELS[envelope.type].model_validate_json(record.value or b"")
    return (
        event.attendance_id, envelope.version, event.person_id, event.cohort_id, event.profile.district,
        event.session_starts_at, event.state in COUNTED,
    )  # fmt: skip


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(Assignment.given()))
