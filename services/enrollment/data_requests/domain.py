"""What somebody can ask for their data, until when it is answered, and why it is granted or refused. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from contracts.event import Profile, Sex
from services.enrollment.people.domain import Identity

SATURDAY = 5
"""As `date.weekday` counts."""


class RequestKind(StrEnum):
    """What somebody asks for."""

    CORRECTION = "correction"
    ERASURE = "erasure"


class RequestState(StrEnum):
    """How far a request is."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"


class DecisionReason(StrEnum):
    """Why a request is granted or refused; whether it is, follows from the reason."""

    DOCUMENT_AGREES = "document_agrees"
    DOCUMENT_CONTRADICTS = "document_contradicts"
    NOT_THE_PERSON = "not_the_person"
    LAW_REQUIRES = "law_requires"
    ERASED = "erased"


_REASONS_FOR = {
    RequestKind.CORRECTION: frozenset(
        {DecisionReason.DOCUMENT_AGREES, DecisionReason.DOCUMENT_CONTRADICTS, DecisionReason.NOT_THE_PERSON}
    ),
    RequestKind.ERASURE: frozenset(
        {DecisionReason.DOCUMENT_AGREES, DecisionReason.NOT_THE_PERSON, DecisionReason.LAW_REQUIRES}
    ),
}
"""For what each kind of request is granted or refused: a document contradicts a correction, never a wish to be erased,
and no law obliges to keep what is wrong."""
_ON_NO_DOCUMENT = frozenset({"phone", "email"})
GRANTED_FOR = frozenset({DecisionReason.DOCUMENT_AGREES, DecisionReason.ERASED})


def reasons_for(kind: RequestKind, fields: Collection[str]) -> frozenset[DecisionReason]:
    """Returns for what such a request is granted or refused. No document says what somebody's telephone is."""
    reasons = _REASONS_FOR[kind]
    return reasons - {DecisionReason.DOCUMENT_CONTRADICTS} if _ON_NO_DOCUMENT.issuperset(fields) else reasons


@dataclass(frozen=True, slots=True)
class Details:
    """What somebody can ask to be corrected, with the values that are stored or asked for. `district` is of INEI."""

    given_names: str
    family_names: str
    birth_date: date | None
    sex: Sex
    district: str
    phone: str | None
    email: str | None


def stored_details(identity: Identity, profile: Profile) -> Details:
    """Returns what is stored of a person."""
    return Details(
        identity.names.given,
        identity.names.family,
        identity.birth_date,
        profile.sex,
        profile.district,
        identity.phone,
        identity.email,
    )


def changed_fields(stored: Details, asked: Details) -> list[str]:
    """Returns the names of the fields in which what is asked for differs."""
    return [name for name in Details.__slots__ if getattr(stored, name) != getattr(asked, name)]


def merged(stored: Details, asked: Details, fields: list[str]) -> Details:
    """Returns what is stored now with what was asked for in these fields."""
    return replace(stored, **{name: getattr(asked, name) for name in fields})


def answer_by(asked_on: date, working_days: int) -> date:
    """Returns the day on which the last working day ends. Holidays count too, so that nobody is late."""
    day = asked_on
    for _ in range(working_days):
        day += timedelta(days=1)
        while day.weekday() >= SATURDAY:
            day += timedelta(days=1)
    return day
