"""Recognizing somebody by their document and date of birth, and what they may read and take back then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis.runtime.rejections import NOT_FOUND, RejectedError, Rejection
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web import locale
from chassis.web.access import too_often
from chassis.web.commands import Operation
from chassis.web.reads import Reader, Work
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from contracts.enrollment import Purpose
from contracts.labels import ENROLLMENT_STATUSES
from services.enrollment.consent.commands import WithdrawConsent
from services.enrollment.enrollments.service import withdraw_consent
from services.enrollment.messages.service import keep_language
from services.enrollment.own_data.commands import ChooseLanguage
from services.enrollment.people.domain import unseal
from services.enrollment.people.service import counted_together, stored_identities
from services.enrollment.resources import EnrollmentResources
from services.enrollment.rights.service import PersonRecord, record_of_person

sql = queries(__package__)

RECOGNIZING = Work("own_data.recognize")

TRIES = 10
"""How often one document is looked for within `TRIES_KEPT`, whoever looks and whichever process answers."""

TRIES_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _PersonOfDocument:
    person_id: UUID
    identity: bytes
    registered_at: datetime


OWN_ENROLLMENTS = Table(
    "enrollments",
    N_("Enrollments"),
    key="enrollment_id",
    order="recorded_at",
    columns=(
        Column("cohort", N_("Cohort")),
        Column("programme", N_("Programme")),
        Column("status", N_("Status"), labels=ENROLLMENT_STATUSES),
        Column("recorded_at", N_("Stored"), "date"),
        Column("accepted_at", N_("Seat given"), "date"),
        Column("withdrawn_at", N_("Withdrawn"), "date"),
        Column("is_stated", N_("Stated by a list of before"), "flag"),
        Column("completed_on", N_("Completed"), "date"),
    ),
)


async def count_try(resources: EnrollmentResources, document_digest: bytes) -> None:
    """Counts that somebody looks for the document, whether or not a person has it. Raises a 429 for one too many."""
    row = await sql.count_try.fetch_row(resources.pool, document_digest=document_digest, kept=TRIES_KEPT)
    if row and row["tries"] > TRIES * resources.settings.rate_factor:
        raise too_often(row["seconds_left"])


async def recognize(resources: EnrollmentResources, document_digest: bytes, birth_date: date) -> list[UUID]:
    """Returns the records of whoever has the document and was born on this day.

    Somebody who is counted together with a record of another birth date is not recognized: whoever enrolled under the
    document of somebody else would see what is theirs, once the coordination has taken both for one person.

    Raises one and the same `RejectedError` for a document that nobody has, and for one of somebody who was born on
    another day. The key database is asked in both cases.
    """
    rows = await sql.people_of_document.all(resources.pool, _PersonOfDocument, document_digest=document_digest)
    keys = await resources.keyring.fetch(RECOGNIZING, [row.person_id for row in rows])
    born = {row.person_id: unseal(keys[row.person_id], row.identity).birth_date for row in rows}
    alike = [person_id for person_id, born_on in born.items() if born_on == birth_date]
    found = [person_id for person_id in alike if await _all_born_on(resources, person_id, birth_date)]
    if not found:
        raise RejectedError(_NOT_FOUND)
    return found


async def own_records(reader: Reader, resources: EnrollmentResources, person_ids: Sequence[UUID]) -> list[PersonRecord]:
    """Returns what is stored about these records of a person, and about further ones that are counted as theirs."""
    records = {one: await record_of_person(reader, resources, one) for one in person_ids}
    further = {other for record in records.values() for other in record.counted_together} - records.keys()
    for one in sorted(further):
        records[one] = await record_of_person(reader, resources, one)
    reader.shows(records, list(records))
    return [record for record in records.values() if record.identity]


async def take_consent_back(
    unit: UnitOfWork, purpose: Purpose, resources: EnrollmentResources, person_ids: Sequence[UUID]
) -> None:
    """Withdraws the person's consent to the purpose in all of their records. Idempotent."""
    for person_id in person_ids:
        await withdraw_consent(unit, WithdrawConsent(person_id=person_id, purpose=purpose), resources)


async def answer_own_offer(
    unit: UnitOfWork, enrollment_id: UUID, answer: Operation[UUID, None], person_ids: Sequence[UUID]
) -> None:
    """Accepts or declines what is offered to one of these records of a person. Raises `RejectedError`, also for an
    enrollment of somebody else."""
    if not await sql.is_own_enrollment.value(unit.connection, enrollment_id=enrollment_id, person_ids=person_ids):
        raise RejectedError(NOT_FOUND)
    await answer(unit, enrollment_id)


async def _all_born_on(resources: EnrollmentResources, person_id: UUID, birth_date: date) -> bool:
    """Tells whether no record that is counted as this person has another birth date."""
    async with resources.pool.acquire() as connection:
        person_ids = await counted_together(connection, person_id)
        identities = await stored_identities(RECOGNIZING, connection, resources, person_ids)
    return all(identity.birth_date in {None, birth_date} for identity in identities.values())


async def choose_language(
    unit: UnitOfWork, command: ChooseLanguage, resources: EnrollmentResources, person_ids: Sequence[UUID]
) -> None:
    """Keeps in which language the person is written to. Raises `RejectedError` for one that is not offered."""
    if command.language not in locale.offered(resources.settings):
        raise RejectedError(_LANGUAGE_UNKNOWN)
    unit.concerns(*person_ids)
    await keep_language(unit, command.language, person_ids)


_LANGUAGE_UNKNOWN = Rejection("language_unknown", N_("Choose one of these languages."), field="language")
_NOT_FOUND = Rejection(
    "own_data_not_found",
    N_("We find nobody with this document and this date of birth."),
    remedy=N_("Compare both with the document. If they are right, ask the office: it may not know the date of birth."),
)
