"""Consent: one per purpose and version of its text (Ley 29733), and which consents a seat requires. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from chassis.runtime.rejections import Rejection
from chassis.web.texts import N_
from contracts.enrollment import Purpose

OWN_CONSENT_AGE = 14
"""Completed years from which a minor can consent alone; before, a guardian does (regulation of Ley 29733)."""

REQUIRED_FOR_SEAT = frozenset({Purpose.TRAINING, Purpose.GUARDIAN})
"""The withdrawal of one of these ends the person's enrollments."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a person agreed to; without a day, on the day of the enrollment, and without a version, to the text that was
    in force on the day."""

    purpose: Purpose
    text_version: str | None = None
    given_on: date | None = None


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """An agreement with its instant."""

    purpose: Purpose
    text_version: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredConsent:
    """A consent as it is stored; `withdrawn_at` is None while it stands."""

    consent_id: UUID
    purpose: Purpose
    text_version: str
    given_at: datetime
    withdrawn_at: datetime | None


_stored_consents = TypeAdapter(list[StoredConsent])


@dataclass(frozen=True, slots=True)
class ConsentHistory:
    """The versions of texts to which a person's consent stands, and the last withdrawal for each purpose."""

    standing: frozenset[tuple[Purpose, str]] = frozenset()
    withdrawn_at: Mapping[Purpose, datetime] = field(default_factory=dict)


def history_of(consents: Iterable[StoredConsent]) -> ConsentHistory:
    """Summarizes a person's stored consents."""
    standing, withdrawn_at = set(), dict[Purpose, datetime]()
    for one in consents:
        if one.withdrawn_at is None:
            standing.add((one.purpose, one.text_version))
        else:
            withdrawn_at[one.purpose] = max(one.withdrawn_at, withdrawn_at.get(one.purpose, one.withdrawn_at))
    return ConsentHistory(frozenset(standing), withdrawn_at)


def read_history(stored: Sequence[Mapping[str, Any]]) -> ConsentHistory:
    """Summarizes a person's consents as JSON gives them."""
    return history_of(_stored_consents.validate_python(stored))


def without_standing(history: ConsentHistory, purpose: Purpose) -> ConsentHistory:
    """Returns the history without what stands for a purpose, for which a fresh consent is asked then."""
    return replace(history, standing=frozenset(one for one in history.standing if one[0] is not purpose))


def withdrawn(history: ConsentHistory, purpose: Purpose, at: datetime) -> ConsentHistory:
    """Returns the history as if the consent to a purpose had been withdrawn at an instant."""
    last = max(at, history.withdrawn_at.get(purpose, at))
    return replace(without_standing(history, purpose), withdrawn_at={**history.withdrawn_at, purpose: last})


def effective(given: Sequence[GivenConsent], history: ConsentHistory) -> list[GivenConsent]:
    """Returns the consents that count: a sheet older than the withdrawal does not renew what was withdrawn."""
    withdrawn_at = history.withdrawn_at
    return [one for one in given if one.purpose not in withdrawn_at or one.at > withdrawn_at[one.purpose]]


def new_consents(given: Sequence[GivenConsent], history: ConsentHistory) -> list[GivenConsent]:
    """Returns the effective consents that are not stored yet, each purpose and version once."""
    first = {(one.purpose, one.text_version): one for one in reversed(effective(given, history))}
    return [one for one in reversed(first.values()) if (one.purpose, one.text_version) not in history.standing]


def missing_consent(given: Sequence[GivenConsent], history: ConsentHistory, age: int | None) -> Rejection | None:
    """Returns a rejection if a consent that the training requires is missing. `age` is in completed years."""
    purposes = {one.purpose for one in effective(given, history)} | {purpose for purpose, _ in history.standing}
    if Purpose.TRAINING not in purposes and any(one.purpose is Purpose.TRAINING for one in given):
        return _WITHDRAWN
    return missing_among(purposes, age)


def missing_among(purposes: Collection[Purpose], age: int | None) -> Rejection | None:
    """Returns a rejection if the training requires a consent to another purpose than these."""
    if Purpose.TRAINING not in purposes:
        return CONSENT_MISSING
    if age is not None and age < OWN_CONSENT_AGE and Purpose.GUARDIAN not in purposes:
        return GUARDIAN_MISSING
    return None


CONSENT_MISSING = Rejection(
    "consent_missing",
    N_("The person's consent to the training is missing."),
    field="consents",
    remedy=N_("Ask the person for consent, note its date, and send the row again."),
)
_WITHDRAWN = Rejection(
    "consent_withdrawn",
    N_("The person has withdrawn since they gave this consent."),
    field="consents",
    remedy=N_("Ask the person again, and note the date of the new consent."),
)
GUARDIAN_MISSING = Rejection(
    "guardian_consent_missing",
    N_("Below 14 years, a guardian's consent is needed too."),
    field="consents",
    remedy=N_("Ask the guardian for consent, and note it."),
)
