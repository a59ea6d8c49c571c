"""Who comes to which session: a pure, seeded choice, with the gaps that real attendance has."""

import hashlib
from dataclasses import dataclass

from deploy.trial.demo.plan import Session


def share(*parts: object) -> float:
    """A number from 0 to 1, always the same for the same parts."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


@dataclass(frozen=True, slots=True)
class Arrival:
    """How somebody came. `minutes` after the session's start, by the facilitator's device."""

    state: str
    minutes: int


def arrival(session: Session, enrollment: str) -> Arrival | None:
    """How this enrollment came to this session; None: it did not, or nobody wrote it down."""
    if share("came", session.id, enrollment) > _diligence(enrollment) * (1.0 if session.required else 0.5):
        return None
    late = share("late", session.id, enrollment)
    if late < 0.08:
        return Arrival("late", 15 + round(late * 200))
    if late > 0.97:
        return Arrival("left_early", 0)
    return Arrival("present", -round(late * 20))


def _diligence(enrollment: str) -> float:
    """Most come nearly always, some now and then, a few never."""
    kind = share("diligence", enrollment)
    if kind < 0.08:
        return 0.0
    if kind < 0.35:
        return 0.6
    return 0.95
