"""Completion: enough of the planned, required sessions attended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

SessionStarts = Mapping[UUID, datetime]
"""The start of each session, by its id."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`minimum_percent` of the planned sessions must be attended."""

    version: int
    minimum_percent: int


FIRST_RULE = Rule(version=1, minimum_percent=100)
"""Every programme's rule until its coordinator publishes another."""


@dataclass(frozen=True, slots=True)
class CompletionRequirements:
    """A rule and the planned sessions it applies to, held or still to come."""

    rule: Rule
    sessions: frozenset[UUID]

    @property
    def needed(self) -> int:
        """Sessions to attend: the percentage, rounded up; at least one."""
        return max(1, -(-self.rule.minimum_percent * len(self.sessions) // 100))


@dataclass(frozen=True, slots=True)
class Completion:
    """Whether an enrollment is completed, and the requirements that decided it.

    `achieved_at` is the start of the session that completed it. A revoked completion keeps it.
    """

    requirements: CompletionRequirements
    attended: int
    achieved: bool
    achieved_at: datetime


def decide(
    before: Completion | None, requirements: CompletionRequirements | None, attended: SessionStarts
) -> Completion | None:
    """The completion as it is now; None if there never was one.

    `requirements` are today's; None means that the enrollment has no seat, or that the plan is not declared complete:
    nothing new is achieved.
    An achieved completion is kept as long as attendance meets the requirements of that time. A later calendar or rule
    does not revoke it; a correction of attendance may.
    """
    if before and (kept := _achieved(before.requirements, attended)):
        return kept
    if requirements and (new := _achieved(requirements, attended)):
        return new
    return before and Completion(
        before.requirements, len(_counted(before.requirements, attended)), False, before.achieved_at
    )


def _achieved(requirements: CompletionRequirements, attended: SessionStarts) -> Completion | None:
    counted = _counted(requirements, attended)
    if len(counted) < requirements.needed:
        return None
    return Completion(requirements, len(counted), True, counted[requirements.needed - 1])


def _counted(requirements: CompletionRequirements, attended: SessionStarts) -> list[datetime]:
    """The starts of the required sessions that were attended, in order."""
    return sorted(start for session, start in attended.items() if session in requirements.sessions)
