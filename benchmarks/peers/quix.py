"""Quix Streams, `at-least-once` (its default) or `exactly-once`: state per person in RocksDB, its changelog in Kafka.

It does not guarantee: that figures are in a database that others can ask (the state is its own; the sums here stand in
memory and are told to nobody), a history of what was said, that a bad record leaves its partition alone, that a
recreated topic is noticed. At least once, what was in flight at a crash is applied to the sums twice.
"""

import sys
import tempfile
from collections import Counter
from typing import Any

from quixstreams import Application, State
from quixstreams.kafka.configuration import ConnectionConfig

from benchmarks.peers.assignment import COUNTED, Assignment, Clock, place_of, report, say


def main(assignment: Assignment, guarantee: str) -> None:
    attended: Counter[str] = Counter()
    clock = Clock(assignment.records)

    def count(
        attendance: dict[str, Any], _key: Any, _time: int, headers: list[tuple[str, bytes]], state: State
    ) -> None:
        """Only a higher version than the one known of this attendance changes anything."""
        clock.begin()
        version = int(dict(headers)["ce_aggregateversion"])
        known, before = state.get(attendance["attendance_id"], (0, False))
        if version > known:
            now = attendance["state"] in COUNTED
            state.set(attendance["attendance_id"], (version, now))
            attended[place_of(attendance)] += now - before
        clock.handled += 1

    with tempfile.TemporaryDirectory() as folder:
        app = Application(
            ConnectionConfig(
                bootstrap_servers=assignment.bootstrap,
                security_protocol="SASL_PLAINTEXT",
                sasl_mechanism="SCRAM-SHA-512",
                sasl_username=assignment.username,
                sasl_password=assignment.password,
            ),
            consumer_group=assignment.group,
            auto_offset_reset="earliest",
            processing_guarantee=guarantee,
            state_dir=folder,
            loglevel="WARNING",
        )
        app.dataframe(app.topic(assignment.topic, value_deserializer="json")).update(
            count, stateful=True, metadata=True
        )
        app.run(count=assignment.records, collect=False)
        say("finished")
    report(attended={place: n for place, n in attended.items() if n})


if __name__ == "__main__":
    main(Assignment.given(), *sys.argv[1:])
