"""Consent: one per purpose and version of its text (Ley 29733), and what is required before somebody has a seat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from chassis.web.texts import N_
from contracts.enrollment import Purpose
from services.enrollment.refusals import Refused

CURRENT_TEXT = "2025-04"
"""Version of the consent texts in use."""

OWN_CONSENT_AGE = 14
"""Completed years from which a minor can consent alone; before, a guardian does (regulation of Ley 29733)."""

SEAT_RESTS_ON = frozenset({Purpose.TRAINING, Purpose.GUARDIAN})
"""Taking one of these back ends the person's enrollments."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a person agreed to; without a date, on the day of the enrollment."""

    purpose: Purpose
    text_version: str
    given_on: date | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """An agreement with its instant."""

    purpose: Purpose
    text_version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record of a person: versions of texts that stand, and the last time each purpose was taken back."""

    standing: frozenset[tuple[Purpose, str]] = frozenset()
    withdrawn_at: Mapping[Purpose, datetime] | None = None


def effective(given: Sequence[Given], known: Known) -> list[Given]:
    """The agreements that count: an old sheet does not give back what the person has taken back since."""
    withdrawn = known.withdrawn_at or {}
    return [one for one in given if one.purpose not in withdrawn or one.at > withdrawn[one.purpose]]


def to_record(given: Sequence[Given], known: Known) -> list[Given]:
    """Those of the agreements that say something new, each purpose and version once."""
    fresh = {(one.purpose, one.text_version): one for one in reversed(given)}
    return [one for one in reversed(fresh.values()) if (one.purpose, one.text_version) not in known.standing]


def missing(given: Sequence[Given], known: Known, age: int | None) -> Refused | None:
    """The refusal, if the consents that training requires are not all there. `age` in completed years."""
    counted = effective(given, known)
    purposes = {one.purpose for one in counted} | {purpose for purpose, _ in known.standing}
    if Purpose.TRAINING not in purposes:
        return _WITHDRAWN if any(one.purpose is Purpose.TRAINING for one in given) else _MISSING
    if age is not None and age < OWN_CONSENT_AGE and Purpose.GUARDIAN not in purposes:
        return _GUARDIAN_MISSING
    return None


_MISSING = Refused(
    "consents",
    "consent_missing",
    N_("The person's consent to the training is missing."),
    N_("Ask the person for consent, note its date, and send the row again."),
)
_WITHDRAWN = Refused(
    "consents",
    "consent_withdrawn",
    N_("The person has taken this consent back since."),
    N_("Ask the person again, and note the date of the new consent."),
)
_GUARDIAN_MISSING = Refused(
    "consents",
    "guardian_consent_missing",
    N_("Below 14 years, a guardian's consent is needed too."),
    N_("Ask the guardian for consent, and note it."),
)
