"""Quix Streams, `at-least-once` (its default) or `exactly-once`: state in RocksDB, its changelogs in Kafka.

As its users write it: what an attendance adds is checked in the state of its person, sent on by place through a
topic of its own, and summed in the state of the place. Nothing less would still be there after a crash.

It does not guarantee: that figures are in a database that others can ask (the state is its own), a history of what was
said, that a person is counted once over several sessions, that a bad record leaves its partition alone, that a
recreated topic is noticed. At least once, what was in flight at a crash is added to the sums twice.
"""

import sys
import tempfile
from collections import Counter
from typing import Any

from quixstreams import Application, State
from quixstreams.kafka.configuration import ConnectionConfig

from benchmarks.peers.assignment import COUNTED, Assignment, Clock, place_of, report, say

COMMIT_SECONDS = 1.0
"""Between two commits; by default five. What was sent on is read when it is committed, and the clock waits for it."""


def main(assignment: Assignment, guarantee: str) -> None:
    attended: Counter[str] = Counter()
    clock = Clock(assignment.records)
    sent_on = summed = 0

    def check(
        attendance: dict[str, Any], _key: Any, _time: int, headers: list[tuple[str, bytes]], state: State
    ) -> dict[str, Any]:
        """Only a higher version than the one known of this attendance changes anything."""
        nonlocal sent_on
        clock.begin()
        version = int(dict(headers)["ce_aggregateversion"])
        known, before = state.get(attendance["attendance_id"], (0, False))
        difference = 0
        if version > known:
            now = attendance["state"] in COUNTED
            state.set(attendance["attendance_id"], (version, now))
            difference = now - before
        clock.handled += 1
        sent_on += difference != 0
        stop_at_the_end()
        return {"place": place_of(attendance), "difference": difference}

    def add(moved: dict[str, Any], state: State) -> None:
        nonlocal summed
        total = state.get("n", 0) + moved["difference"]
        state.set("n", total)
        attended[moved["place"]] = total
        summed += 1
        stop_at_the_end()

    def stop_at_the_end() -> None:
        if clock.handled == assignment.records and summed == sent_on:
            app.stop()

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
            commit_interval=COMMIT_SECONDS,
            state_dir=folder,
            loglevel="WARNING",
        )
        checked = app.dataframe(app.topic(assignment.topic, value_deserializer="json")).apply(
            check, stateful=True, metadata=True
        )
        moved = checked.filter(lambda value: value["difference"] != 0)
        moved.group_by("place").update(add, stateful=True)
        app.run()
        say("finished")
    report(attended={place: n for place, n in attended.items() if n})


if __name__ == "__main__":
    main(Assignment.given(), *sys.argv[1:])
