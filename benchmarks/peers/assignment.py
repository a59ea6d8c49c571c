"""What a contestant is told, and how it answers. The standard library alone: some have an environment of their own.

A contestant is a process. It says `ready`, `finished` when it is done, and then what it counted. Minka and the floor
are ready when their process is; the peers, of which some take seconds to begin, when they have their first record.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

VARIABLE = "MINKA_BENCHMARK"
COUNTED = ("present", "late", "left_early")
"""The states of an attendance that count."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A topic of `records` records of attendance, the broker's administrator, and an empty database of one's own.

    `group` is new for each run. `workers` and `batch` (records at a time) are Minka's.
    """

    bootstrap: str
    username: str
    password: str
    topic: str
    records: int
    database_url: str
    group: str
    workers: int = 1
    batch: int | None = None

    @classmethod
    def given(cls) -> Self:
        return cls(**json.loads(os.environ[VARIABLE]))

    def variables(self) -> dict[str, str]:
        """The environment that gives it."""
        return {VARIABLE: json.dumps(asdict(self))}

    def aiokafka(self) -> dict[str, Any]:
        """How aiokafka signs in."""
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
        }


class Clock:
    """Says `ready` at a peer's first record and `finished` at its last."""

    def __init__(self, records: int) -> None:
        self.records = records
        self.handled = 0

    def begin(self) -> None:
        """A record has come."""
        if self.handled == 0:
            say("ready")

    def end(self, handled: int = 1) -> bool:
        """So many were dealt with; whether they were the last."""
        self.handled += handled
        if self.handled == self.records:
            say("finished")
        return self.handled == self.records


def say(word: str) -> None:
    """`ready` or `finished`: the clock runs between them."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def report(**counted: Any) -> None:
    """The last line: at least `attended`, person-sessions by `place_of`."""
    say(json.dumps(counted))


def place_of(attendance: Mapping[str, Any]) -> str:
    """Where an attendance counts: month, cohort and district. Every session of the job starts at noon, UTC."""
    month: str = attendance["session_starts_at"][:7]
    return f"{month}|{attendance['cohort_id']}|{attendance['profile']['district']}"
