"""A person's consents: recording one, and how each is shown, with what ended by its withdrawal in which service."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import RejectedError, Rejection
from chassis.store.database import Connection
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.auth.principal import THE_PUBLIC
from chassis.web.tables import Column, Table, instant
from chassis.web.texts import N_, _
from contracts.days import day_of
from contracts.enrollment import Purpose
from contracts.labels import CONSENT_ANSWERS
from services.enrollment.consent.domain import GivenConsent, StoredConsent, effective, history_of, new_consents
from services.enrollment.consent.service import add_consents
from services.enrollment.consent_texts.domain import version_in_force
from services.enrollment.consent_texts.service import approved_texts
from services.enrollment.enrollments.dates import is_plausible, moment
from services.enrollment.enrollments.domain import GIVEN_ON_IMPLAUSIBLE
from services.enrollment.people.service import lock_person
from services.enrollment.rights.commands import RecordConsent

sql = queries(__package__)


@dataclass(frozen=True, slots=True)
class ShownConsent(StoredConsent):
    """A consent, with what ended by its withdrawal; `undone` with the import that gave it.

    `withdrawn_by` and `ended_enrollments` are None while it stands, and for what a former release withdrew. The
    instants `applied_in_…_at` are None until the service has confirmed that the withdrawal took effect there.
    """

    withdrawn_by: str | None
    undone: bool
    ended_enrollments: int | None
    stopped_messages: int
    applied_in_sessions_at: datetime | None
    applied_in_reporting_at: datetime | None


async def consents_of_person(connection: Connection, person_id: UUID) -> list[ShownConsent]:
    """Returns all that the person ever agreed to, oldest first."""
    return await sql.consents_of_person.all(connection, ShownConsent, person_id=person_id)


async def record_consent(unit: UnitOfWork, command: RecordConsent, person_id: UUID) -> UUID:
    """Stores that the person agreed to the purpose, by its text of that day, and returns the person's id. Idempotent.

    Raises `RejectedError` if the person is unknown or was erased, for a day that cannot be, and if they took the
    consent back since.
    """
    if not is_plausible(command.given_on, day_of(unit.now)):
        raise RejectedError(replace(GIVEN_ON_IMPLAUSIBLE, field="given_on"))
    await lock_person(unit.connection, person_id)
    version = version_in_force(await approved_texts(unit.connection), command.purpose, command.given_on)
    given = GivenConsent(command.purpose, version, moment(command.given_on, unit.now))
    history = history_of(one for one in await consents_of_person(unit.connection, person_id) if not one.undone)
    if not effective([given], history):
        raise RejectedError(_TAKEN_BACK_SINCE)
    unit.concerns(person_id)
    added = [(person_id, one, None) for one in new_consents([given], history)]
    await outbox.add_all(unit.connection, await add_consents(unit, added))
    return person_id


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
OF_WITHDRAWN = ("withdrawn_by", "withdrawn_at", "effects")
"""Columns that are shown where one of the consents was withdrawn."""

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

_TAKEN_BACK_SINCE = Rejection(
    "consent_withdrawn",
    N_("The person took this consent back on that day or since."),
    field="given_on",
    remedy=N_("If the person agrees again, write the day on which they do."),
)
