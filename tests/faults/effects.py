"""The effects of the programs under fault: reporting's own facts and history, and rows without any guard."""

import os
from collections.abc import Sequence
from datetime import datetime

from chassis.messaging.projections.projection import Projection
from chassis.messaging.reactions import ReactionRouter
from chassis.store.database import Connection
from contracts.envelope import Envelope
from contracts.sessions import AttendanceRecorded
from services.reporting.facts import projection as reporting
from services.reporting.facts.projection import Version
from tests.support.records import events_on

SERVICE = "reporting"

TABLES = """
CREATE TABLE applied (
    written_at timestamptz, topic text, partition int, "offset" bigint, process int,
    at timestamptz DEFAULT clock_timestamp()
);
CREATE TABLE reacted (ordinal bigint GENERATED ALWAYS AS IDENTITY, subject text, version int, source text);
CREATE TABLE refused (subject text);
"""
"""`applied` and `reacted` get a row for each effect; the reaction fails for the subjects in `refused`."""

APPLIED = ["written_at", "topic", "partition", "offset", "process"]


async def fold(connection: Connection, batch: Sequence[Version]) -> None:
    """Folds as reporting does, and writes one row for each record; folding twice would write it twice."""
    await reporting.fold(connection, batch)
    rows = [
        (datetime.fromisoformat(one.recorded_at), one.topic, int(one.partition), int(one.offset), os.getpid())
        for one in batch
    ]
    await connection.copy_records_to_table("applied", records=rows, columns=APPLIED)


def projection(topic: str, name: str = "faults") -> Projection:
    return Projection(name, events_on(topic, reporting.PROJECTION.events), reporting.prepare, fold, reporting.plain_row)


def attendance(topic: str) -> type[AttendanceRecorded]:
    return type("Attended", (AttendanceRecorded,), {"topic": topic})


def reactions(topic: str) -> ReactionRouter:
    declared = ReactionRouter(SERVICE)

    @declared.on(attendance(topic))
    async def note(connection: Connection, event: AttendanceRecorded, envelope: Envelope) -> None:
        if await connection.fetchval("SELECT EXISTS (SELECT FROM refused WHERE subject = $1)", event.subject):
            raise ValueError("refused")
        await connection.execute(
            "INSERT INTO reacted (subject, version, source) VALUES ($1, $2, $3)",
            event.subject,
            envelope.version,
            envelope.source,
        )

    return declared
