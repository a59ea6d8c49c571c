"""A person's consents as they are shown: by whom each was withdrawn, and what ended by it."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.store.database import Connection
from chassis.store.queries import queries
from chassis.web.auth.principal import THE_PUBLIC
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _
from contracts.enrollment import Purpose
from contracts.labels import CONSENT_ANSWERS

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class ShownConsent:
    """A consent, with what ended by its withdrawal; `undone` with the import that gave it.

    `withdrawn_by` and `ended_enrollments` are None while it stands, and for what a former release withdrew.
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
        Column("withdrawn_at", N_("Withdrawn"), "instant"),
        Column("effects", N_("What ended by it"), sortable=False, read=effects),
        Column("withdraw", N_("Take back"), "action", sortable=False),
    ),
)
_OF_THE_OFFICE = {"text_version", "withdrawn_by"}
OWN_CONSENTS = replace(CONSENTS, columns=tuple(one for one in CONSENTS.columns if one.name not in _OF_THE_OFFICE))
"""What the person sees, without the names of the staff."""
