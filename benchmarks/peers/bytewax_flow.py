"""bytewax with its recovery store: state per person, snapshots in SQLite every ten seconds.

It does not guarantee: that a figure is right after a crash (what was emitted since the last snapshot is emitted again),
that figures are in a database that others can ask (the sums here stand in memory), a history of what was said, that a
bad record leaves the flow alone, that a recreated topic is noticed.
"""

import json
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.testing import cluster_main

from benchmarks.peers.assignment import COUNTED, Assignment, Clock, place_of, report, say

Said = dict[str, tuple[int, bool]]
"""Attendance → version, and whether it counts."""


class Tally(DynamicSink):
    """Adds up what comes."""

    def __init__(self) -> None:
        self.attended: Counter[str] = Counter()

    def build(self, step_id: str, worker_index: int, worker_count: int) -> "Adding":
        return Adding(self.attended)


class Adding(StatelessSinkPartition):
    def __init__(self, attended: Counter[str]) -> None:
        self.attended = attended

    def write_batch(self, items: list[tuple[str, tuple[str, int]]]) -> None:
        for _, (place, difference) in items:
            self.attended[place] += difference


class Counting:
    """The step that knows what was said of each person's attendances."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock

    def __call__(self, said: Said | None, message: Any) -> tuple[Said, list[tuple[str, int]]]:
        """Only a higher version than the one known of this attendance changes anything."""
        self.clock.begin()
        self.clock.handled += 1
        said = said or {}
        attendance = json.loads(message.value)
        version = int(dict(message.headers)["ce_aggregateversion"])
        known, before = said.get(attendance["attendance_id"], (0, False))
        if version <= known:
            return said, []
        now = attendance["state"] in COUNTED
        said[attendance["attendance_id"]] = (version, now)
        return said, [(place_of(attendance), now - before)] if now != before else []


def main(assignment: Assignment, folder: Path) -> None:
    access = {
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": assignment.username,
        "sasl.password": assignment.password,
    }
    tally = Tally()
    flow = Dataflow("attended")
    source = KafkaSource([assignment.bootstrap], [assignment.topic], tail=False, add_config=access, batch_size=10_000)
    messages = op.input("read", flow, source)
    people = op.key_on("person", messages, lambda message: message.key.decode())
    op.output("tally", op.stateful_flat_map("count", people, Counting(Clock(assignment.records))), tally)
    init_db_dir(folder, 1)
    cluster_main(flow, [], 0, recovery_config=RecoveryConfig(folder), epoch_interval=timedelta(seconds=10))
    say("finished")
    report(attended={place: n for place, n in tally.attended.items() if n})


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        main(Assignment.given(), Path(folder))
