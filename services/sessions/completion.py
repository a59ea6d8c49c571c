"""Completion: enough of the planned, required sessions attended. Pure: of what was asked and what was attended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

Starts = Mapping[UUID, datetime]
"""Starts of sessions by their id."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`minimum_percent` of the planned sessions must be attended."""

    version: int
    minimum_percent: int


FIRST_RULE = Rule(version=1, minimum_percent=100)
"""Every programme's rule until its coordinator publishes another."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of somebody: a rule over planned sessions, held or still to come."""

    rule: Rule
    sessions: frozenset[UUID]

    @property
    def needed(self) -> int:
        """Sessions to attend: the percentage, rounded up; never none."""
        return max(1, -(-self.rule.minimum_percent * len(self.sessions) // 100))


@dataclass(frozen=True, slots=True)
class Completion:
    """How somebody stands. `achieved_at` is the start of the session that completed it; kept when it is taken back."""

    asked: Asked
    attended: int
    achieved: bool
    achieved_at: datetime


def decide(before: Completion | None, asked: Asked | None, attended: Starts) -> Completion | None:
    """How somebody stands now, or None where nothing was ever achieved.

    `asked` is what is asked today (None: nobody may newly achieve), `attended` the sessions attended. An achievement
    stands as long as it holds by what was asked when it was achieved: a calendar or a rule that changes later takes
    nothing away, a correction of attendance does.
    """
    if before and (kept := _achieved(before.asked, attended)):
        return kept
    if asked and (new := _achieved(asked, attended)):
        return new
    return before and Completion(before.asked, len(_counted(before.asked, attended)), False, before.achieved_at)


def _achieved(asked: Asked, attended: Starts) -> Completion | None:
    counted = _counted(asked, attended)
    if len(counted) < asked.needed:
        return None
    return Completion(asked, len(counted), True, counted[asked.needed - 1])


def _counted(asked: Asked, attended: Starts) -> list[datetime]:
    """The starts of the required sessions attended, in order."""
    return sorted(start for session, start in attended.items() if session in asked.sessions)
