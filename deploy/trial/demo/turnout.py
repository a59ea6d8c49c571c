"""Attendance of the demonstration: pure, pseudo-random and incomplete, as real attendance is."""

import hashlib
from dataclasses import dataclass

from deploy.trial.demo.course import Session


def share(*parts: object) -> float:
    """A pseudo-random number from 0 to 1, determined by the parts."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


@dataclass(frozen=True, slots=True)
class Arrival:
    """An attendance. `minutes` are counted from the session's start, by the clock of the facilitator's device."""

    state: str
    minutes: int


def arrival(session: Session, enrollment: str) -> Arrival | None:
    """The attendance of an enrollment at a session; None when it was absent or not recorded."""
    if share("came", session.id, enrollment) > _probability(enrollment) * (1.0 if session.required else 0.5):
        return None
    late = share("late", session.id, enrollment)
    if late < 0.08:
        return Arrival("late", 15 + round(late * 200))
    if late > 0.97:
        return Arrival("left_early", 0)
    return Arrival("present", -round(late * 20))


def _probability(enrollment: str) -> float:
    """The probability of attending: high for most, medium for some, zero for a few."""
    kind = share("diligence", enrollment)
    if kind < 0.08:
        return 0.0
    if kind < 0.35:
        return 0.6
    return 0.95
