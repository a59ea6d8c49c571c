"""Garbage on every topic that is read: kept where an operator sees it, and nothing else delayed."""

import json
import subprocess
import sys
from typing import Any

from confluent_kafka import Producer

from contracts.topics import TOPICS
from tests.end_to_end.recounts import settled
from tests.end_to_end.test_from_sheet_to_figure import import_sheet
from tests.support.sheets import document, row, sheet
from tests.support.trials import Trial
from tests.support.waiting import wait_until

CONSUMED = [topic for topic in TOPICS.values() if set(topic.readers) - {"subscriber"}]


def dead_letters(trial: Trial) -> list[dict[str, Any]]:
    """What `minka deadletters list --json` shows."""
    command = [sys.executable, "-m", "deploy", "deadletters", "list", "--json"]
    shown = subprocess.run(command, env=trial.environment, capture_output=True, text=True, check=True)
    dead_letters: list[dict[str, Any]] = json.loads(shown.stdout)
    return dead_letters


def produce_garbage(trial: Trial, topic: str) -> None:
    producer = Producer({"bootstrap.servers": trial.layout.open_bootstrap})
    producer.produce(topic, value=b"\x00\xff\xfe garbage", key=b"\xff", headers=[("ce_id", b"\xff"), ("ce_type", None)])
    assert producer.flush(30) == 0


async def test_garbage_is_kept_and_shown_and_delays_nobody(trial: Trial) -> None:
    for topic in CONSUMED:
        produce_garbage(trial, topic.name)
    cohort = trial.cohort()
    before = await settled(trial, "enrolled")
    job = await import_sheet(trial, sheet(row(cohort.name, document()) for _ in range(12)))

    await wait_until(lambda: trial.is_published("enrolled", before + job["accepted_new_people"]))
    expected = {topic.name for topic in CONSUMED}
    await wait_until(lambda: expected <= {letter["topic"] for letter in dead_letters(trial)})
    assert all("garbage" not in json.dumps(letter) for letter in dead_letters(trial))
