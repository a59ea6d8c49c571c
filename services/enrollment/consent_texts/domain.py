"""Which text of a consent is in force on a day, and who may approve one. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.web.texts import N_
from contracts.enrollment import Purpose

FIRST_VERSION = "2025-04"
"""Version of the texts that come with the release. Each later one is named by its first day."""

FIRST_TEXTS: Mapping[Purpose, str] = {
    Purpose.TRAINING: N_("I agree to take part, and that the Regional Government uses these data for the training."),
    Purpose.CONTACT: N_("I agree to be called or written to about the training."),
    Purpose.IMAGE: N_("I agree to appear in photographs and videos of the training."),
    Purpose.GUARDIAN: N_("For somebody under 14: I am the mother, the father or the guardian, and I agree."),
}
"""The texts that come with the release; message ids of the catalogue."""


@dataclass(frozen=True, slots=True)
class ApprovedText:
    """A text that is or will be in force. `texts` has it in each language."""

    purpose: Purpose
    first_day: date
    texts: Mapping[str, str]

    @property
    def version(self) -> str:
        return self.first_day.isoformat()


def in_force(approved: Iterable[ApprovedText], purpose: Purpose, day: date) -> ApprovedText | None:
    """Returns the text that people agreed to on a day; None for the one that comes with the release."""
    begun = [one for one in approved if one.purpose is purpose and one.first_day <= day]
    return max(begun, key=lambda one: one.first_day, default=None)


def version_in_force(approved: Iterable[ApprovedText], purpose: Purpose, day: date) -> str:
    """Returns the version of the text that people agreed to on a day."""
    found = in_force(approved, purpose, day)
    return found.version if found else FIRST_VERSION


def check_languages(texts: Collection[str], offered: Collection[str]) -> None:
    """Raises `RejectedError` unless a text is written in each offered language and in no other."""
    if missing := [language for language in offered if language not in texts]:
        raise RejectedError(Rejection("text_missing", _MISSING, field=f"texts.{missing[0]}"))
    if unknown := sorted(set(texts) - set(offered)):
        raise RejectedError(Rejection("language_not_offered", _NOT_OFFERED, field=f"texts.{unknown[0]}"))


def check_first_day(first_day: date, today: date) -> None:
    """Raises `RejectedError` for a text that would be in force on a day on which people agreed to another one."""
    if first_day <= today:
        raise RejectedError(_BEGUN)


def check_approval(drafted_by: str, approved_by: str) -> None:
    """Raises `RejectedError` for somebody who approves their own text."""
    if drafted_by == approved_by:
        raise RejectedError(_OWN_TEXT)


_MISSING = N_("The text is missing in this language.")
_NOT_OFFERED = N_("This language is not offered here.")
_BEGUN = Rejection(
    "first_day_begun",
    N_("This day has begun: people already agree to the former text on it."),
    Kind.CONFLICT,
    "first_day",
    N_("Choose a day that is still to come."),
)
_OWN_TEXT = Rejection(
    "own_text",
    N_("You wrote this text, so somebody else approves it."),
    Kind.CONFLICT,
    remedy=N_("Ask another coordinator to read and approve it."),
)
