"""A person's consents as they are shown: by whom each was withdrawn, what ended by it, and when in which service."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.store.database import Connection
from chassis.store.queries import queries
from chassis.web.auth.principal import THE_PUBLIC
from chassis.web.tables import Column, Table, instant
from chassis.web.texts import N_, _
from contracts.enrollment import Purpose
from contracts.labels import CONSENT_ANSWERS

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class ShownConsent:
    """A consent, with what ended by its withdrawal; `undone` with the import that gave it.

    `withdrawn_by` and `ended_enrollments` are None while it stands, and for what a former release withdrew. The
    instants `applied_in_…_at` are None until the service has confirmed that the withdrawal took effect there.
    """

    consent_id: UUID
    purpose: Purpose
    text_version: str
    given_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    undone: bool
    ended_enrollments: int | None
    stopped_messages: int
    applied_in_sessions_at: datetime | None
    applied_in_reporting_at: datetime | None


async def consents_of_person(connection: Connection, person_id: UUID) -> list[ShownConsent]:
    """Returns all that the person ever agreed to, oldest first."""
    return await sql.consents_of_person.all(connection, ShownConsent, person_id=person_id)


def effects(consent: ShownConsent) -> str | None:
    """Says what ended by the withdrawal; None while the consent stands."""
    if consent.withdrawn_at is None:
        return None
    if consent.undone:
        return _("It counts as never given: its import was undone.")
    match consent.purpose:
        case Purpose.TRAINING | Purpose.GUARDIAN:
            return _ended(consent.ended_enrollments)
        case Purpose.CONTACT:
            return _("Telephone and e-mail were deleted. Messages stopped: %(count)d", count=consent.stopped_messages)
        case Purpose.IMAGE:
            return _("Nothing by itself: photographs and videos name nobody. The office withdraws them in Media.")


def _ended(enrollments: int | None) -> str:
    if enrollments is None:
        return _("The enrollments ended.")
    return _("Enrollments that ended: %(count)d", count=enrollments)


def _withdrawn_by(consent: ShownConsent) -> str | None:
    return _("The person") if consent.withdrawn_by == THE_PUBLIC.subject else consent.withdrawn_by


CONSENTS = Table(
    "consents",
    N_("Consents"),
    key="consent_id",
    order="given_at",
    columns=(
        Column("purpose", N_("Consent"), labels=CONSENT_ANSWERS),
        Column("text_version", N_("Version of the text"), "code"),
        Column("given_at", N_("Given"), "date"),
        Column("withdrawn_by", N_("Withdrawn by"), read=_withdrawn_by),
        Column("withdrawn_at", N_("Taken back at"), "instant"),
        Column("effects", N_("What ended by it"), sortable=False, read=effects),
        Column("withdraw", N_("Take back"), "action", sortable=False),
    ),
)
_OF_THE_OFFICE = {"text_version", "withdrawn_by"}
OWN_CONSENTS = replace(CONSENTS, columns=tuple(one for one in CONSENTS.columns if one.name not in _OF_THE_OFFICE))
"""What the person sees, without the names of the staff."""


def withdrawals(consents: Iterable[ShownConsent]) -> list[ShownConsent]:
    """Returns what was withdrawn of these."""
    return [one for one in consents if one.withdrawn_at]


def _in_sessions(consent: ShownConsent) -> str | None:
    return _since(consent.withdrawn_at, consent.applied_in_sessions_at)


def _in_reporting(consent: ShownConsent) -> str | None:
    return _since(consent.withdrawn_at, consent.applied_in_reporting_at)


def _since(withdrawn_at: datetime | None, applied_at: datetime | None) -> str | None:
    if applied_at:
        return instant(applied_at)
    return _("Waits since %(instant)s", instant=instant(withdrawn_at)) if withdrawn_at else None


def _in_media(consent: ShownConsent) -> str:
    if consent.purpose is Purpose.IMAGE:
        return _("By hand: the office withdraws what shows the person.")
    return _("Nothing to end: it stores nobody who takes part.")


WITHDRAWALS = Table(
    "withdrawals",
    N_("Where the withdrawals took effect"),
    key="consent_id",
    order="withdrawn_at",
    columns=(
        Column("purpose", N_("Consent"), labels=CONSENT_ANSWERS),
        Column("withdrawn_at", N_("Enrollment"), "instant"),
        Column("applied_in_sessions_at", N_("Sessions"), read=_in_sessions),
        Column("applied_in_reporting_at", N_("Figures"), read=_in_reporting),
        Column("media", N_("Media"), sortable=False, read=_in_media),
    ),
)
