"""A target as a question about its indicator, and what may be said of how far it is reached. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from contracts.disclosure import THRESHOLD
from contracts.reporting import CellStatus
from services.reporting.answers.domain import FIRST_MONTH, LAST_MONTH, Question
from services.reporting.indicators.registry import INDICATORS


class Shown(StrEnum):
    """Whether a number is shown, or why not. `not_published`: the public has no figure that is so fine."""

    PUBLISHED = CellStatus.PUBLISHED
    SUPPRESSED = CellStatus.SUPPRESSED
    NO_DATA = CellStatus.NO_DATA
    NOT_PUBLISHED = "not_published"


@dataclass(frozen=True, slots=True)
class Target:
    """A target in force; None narrows nothing."""

    target_id: UUID
    indicator: str
    programme_id: UUID | None
    first_month: str | None
    last_month: str | None
    province: str | None
    district: str | None
    dimension: str | None
    member: str | None
    value: int
    baseline: int | None
    baseline_source: str | None

    @property
    def members(self) -> dict[str, str]:
        """Dimension → member, for what narrows the target but programme and period."""
        narrowing = {"province": self.province, "district": self.district}
        narrowing |= {self.dimension: self.member} if self.dimension else {}
        return {dimension: member for dimension, member in narrowing.items() if member is not None}


def question_of(target: Target) -> Question:
    """The question whose answer has the target's figure in one of its rows."""
    return Question(
        INDICATORS[target.indicator],
        tuple(target.members),
        str(target.programme_id) if target.programme_id else None,
        target.first_month or FIRST_MONTH,
        target.last_month or LAST_MONTH,
    )


def percent_of(value: int | None, target: int) -> int | None:
    """How much of the target is reached, in whole percent, rounded down: 99.9 is not reached."""
    return None if value is None else 100 * value // target


def baseline_is_public(target: Target, status: Shown) -> bool:
    """Whether everybody may read the baseline.

    It may be a count that is withheld, or that tells one by subtraction, so of people it is public where the figure
    itself is, is neither of a place nor of a group, and is large enough.
    """
    if not INDICATORS[target.indicator].of_people:
        return True
    return status is Shown.PUBLISHED and not target.members and not 0 < (target.baseline or 0) < THRESHOLD
