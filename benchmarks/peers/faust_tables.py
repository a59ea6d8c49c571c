"""faust-streaming with its tables in memory, each with a changelog in Kafka.

It does not guarantee: that a figure is right after a crash (offset and changelog are written apart, so what was in
flight is added again), that figures are in a database that others can ask, a history of what was said, that a bad
record leaves its neighbours alone, that a recreated topic is noticed.
"""

import os
import signal
import sys
import tempfile
from typing import Any

import faust
from confluent_kafka.admin import AdminClient, NewTopic

from benchmarks.peers.assignment import COUNTED, Assignment, Clock, place_of, report

PARTITIONS = 12


def main(assignment: Assignment, folder: str) -> None:
    app = faust.App(
        assignment.group,
        broker=f"kafka://{assignment.bootstrap}",
        broker_credentials=faust.SASLCredentials(
            username=assignment.username, password=assignment.password, mechanism="SCRAM-SHA-512"
        ),
        store="memory://",
        topic_disable_leader=True,
        datadir=folder,
        web_enabled=False,
    )
    make_changelogs(assignment, "said", "attended")
    said = app.Table("said", partitions=PARTITIONS)
    attended = app.Table("attended", default=int, partitions=PARTITIONS)
    clock = Clock(assignment.records)

    @app.agent(app.topic(assignment.topic, value_type=bytes, value_serializer="json"))
    async def count(stream: Any) -> None:
        async for event in stream.events():
            clock.begin()
            attendance = event.value
            version = int(event.headers["ce_aggregateversion"])
            known, before = said.get(attendance["attendance_id"], (0, False))
            if version > known:
                now = attendance["state"] in COUNTED
                said[attendance["attendance_id"]] = (version, now)
                if now != before:
                    attended[place_of(attendance)] += now - before
            if clock.end():
                report(attended={place: n for place, n in attended.items() if n})
                os.kill(os.getpid(), signal.SIGTERM)

    faust.Worker(app, loglevel="WARNING", stdout=sys.stderr, redirect_stdouts=False).execute_from_commandline()


def make_changelogs(assignment: Assignment, *tables: str) -> None:
    """faust makes them itself, but reads on before the broker knows them, and loses what it had in hand."""
    admin = AdminClient({
        "bootstrap.servers": assignment.bootstrap, "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512", "sasl.username": assignment.username, "sasl.password": assignment.password,
    })  # fmt: skip
    names = [f"{assignment.group}-{table}-changelog" for table in tables]
    made = admin.create_topics([NewTopic(name, PARTITIONS, config={"cleanup.policy": "compact"}) for name in names])
    for future in made.values():
        future.result()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(Assignment.given(), folder)
