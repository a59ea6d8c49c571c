"""Messages are queued in the transaction of what they tell, and shown with what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis.runtime import jobs
from chassis.runtime.rejections import NOT_FOUND, RejectedError
from chassis.store.database import Connection, Pool
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web import short_codes
from chassis.web.commands import OUTDATED
from chassis.web.pagination import Page, fetch_page
from chassis.web.reads import Reader
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _, catalogue
from chassis.web.views import View
from contracts.days import day_of
from services.enrollment.messages.commands import ReportRefused, WriteTemplate
from services.enrollment.messages.domain import FIRST_TEMPLATES, Channel, MessageKind, MessageState, MessageTemplate
from services.enrollment.messages.labels import CHANNELS, MESSAGE_KINDS, MESSAGE_STATES, REMEDIES
from services.enrollment.people.shown_names import names_or_erased, with_names
from services.enrollment.resources import EnrollmentResources

sql = queries(__package__)

SEND = "messages.send"
"""The kind of the job that sends messages."""

MESSAGES_PER_JOB = 100


@dataclass(frozen=True, slots=True)
class Message:
    """What became of a message. `reply` is the code of a refusal, as the mail server or the gateway gave it.

    `names` are those of the person; None once they were erased.
    """

    message_id: UUID
    enrollment_id: UUID
    person_id: UUID
    cohort_id: UUID
    cohort: str
    kind: MessageKind
    state: MessageState
    channel: Channel | None
    reply: int | None
    queued_at: datetime
    settled_at: datetime | None
    names: str | None = None


@dataclass(frozen=True, slots=True)
class WrittenTemplate:
    """A text that the office wrote."""

    number: int
    subject: str
    body: str
    written_by: str
    written_at: datetime


def _remedy(message: Message) -> str | None:
    """What to do, with the code of the refusal if there is one."""
    remedy = REMEDIES.get(message.state)
    code = f" ({message.reply})" if message.reply else ""
    return f"{_(remedy)}{code}" if remedy else None


MESSAGES = Table(
    "messages",
    N_("Messages"),
    key="message_id",
    order="-queued_at",
    columns=(
        Column("kind", N_("What was told"), labels=MESSAGE_KINDS, filtered=True),
        Column("cohort", N_("Cohort"), link="/cohorts/{row.cohort_id}", searched=True),
        Column("names", N_("Person"), link="/people/{row.person_id}", sortable=False, read=names_or_erased),
        Column(
            "state",
            N_("Status"),
            labels=MESSAGE_STATES,
            badges={MessageState.SENT: "good", MessageState.QUEUED: "waiting"},
            filtered=True,
        ),
        Column("channel", N_("Sent by"), labels=CHANNELS, filtered=True),
        Column("remedy", N_("What to do"), sortable=False, read=_remedy),
        Column("queued_at", N_("Since"), "instant"),
        Column("settled_at", N_("Settled"), "instant"),
        Column("enrollment_id", N_("Enrollment"), "identifier", shown=False),
        Column("message_id", N_("Message"), "identifier", shown=False),
    ),
)


async def queue_messages(
    unit: UnitOfWork,
    told: Mapping[UUID, MessageKind],
    *,
    session_id: UUID | None = None,
    session_version: int | None = None,
    ended_since: date | None = None,
) -> None:
    """Queues what is told of enrollments, by their ids. Who did not agree to be contacted is told nothing.

    What is told of a session names it, with the version that it tells of. Nothing is said of a cohort that is over,
    unless it ended since the day.
    """
    of_session = {"session_id": session_id, "session_version": session_version}
    today = ended_since or day_of(unit.now)
    rows = [
        {"message_id": new_id(), "enrollment_id": one, "kind": kind, "stop_code": short_codes.draw()}
        for one, kind in told.items()
    ]
    for start in range(0, len(rows), MESSAGES_PER_JOB):
        portion = rows[start : start + MESSAGES_PER_JOB]
        columns = {name: [row[name] for row in portion] for name in portion[0]}
        queued = await sql.queue_messages.fetch(unit.connection, **columns, **of_session, today=today)
        if queued:
            await jobs.add(unit.connection, SEND, {"message_ids": [str(row["message_id"]) for row in queued]})


async def tell_of_changed_cohort(unit: UnitOfWork, cohort_id: UUID) -> None:
    """Queues the news for all who have a seat in the cohort or wait for one."""
    rows = await sql.enrollments_of_cohort.fetch(unit.connection, cohort_id=cohort_id)
    await queue_messages(unit, dict.fromkeys((row["enrollment_id"] for row in rows), MessageKind.COHORT_CHANGED))


async def report_refused(unit: UnitOfWork, command: ReportRefused) -> UUID:
    """Shows a message that came back as refused, and returns its id. Idempotent.

    Raises `RejectedError` for one that does not exist. One that was not sent, or is refused already, stays as it is.
    """
    person_id = await sql.report_refused.value(unit.connection, message_id=command.message_id, reply=command.code)
    if person_id is None:
        raise RejectedError(NOT_FOUND)
    unit.concerns(person_id)
    return command.message_id


async def keep_language(unit: UnitOfWork, language: str, person_ids: Sequence[UUID]) -> None:
    """Keeps in which language these records of a person are written to."""
    await sql.keep_language.execute(unit.connection, language=language, person_ids=person_ids)


async def language_of(connection: Connection | Pool, person_ids: Sequence[UUID]) -> str | None:
    """Returns the language that the person chose; None for the installation's first."""
    found: str | None = await sql.language.value(connection, person_ids=person_ids)
    return found


async def list_messages(reader: Reader, resources: EnrollmentResources, view: View) -> Page[Message]:
    """Returns a page of all messages, each with the names of the person."""
    page = await fetch_page(resources.pool, sql.messages, view, Message)
    return replace(page, rows=await with_names(reader, resources, page.rows))


async def person_of_stop_code(connection: Connection | Pool, code: str) -> UUID:
    """Returns to whom the message with this code was sent. Raises `RejectedError` for a code that nobody has."""
    known = short_codes.normalize(code)
    person_id: UUID | None = await sql.person_of_stop_code.value(connection, stop_code=known)
    if person_id is None:
        raise RejectedError(NOT_FOUND)
    return person_id


async def current_template(
    connection: Connection | Pool, kind: MessageKind, language: str
) -> tuple[int, MessageTemplate]:
    """Returns the text that counts with its number: the office's newest, or the first one with 0."""
    row = await sql.template.fetch_row(connection, kind=kind, language=language)
    if row:
        return row["number"], MessageTemplate(row["subject"], row["body"])
    translated = catalogue(language).translations.gettext
    first = FIRST_TEMPLATES[kind]
    return 0, MessageTemplate(translated(first.subject), translated(first.body))


async def written_templates(pool: Pool, kind: MessageKind, language: str) -> Sequence[WrittenTemplate]:
    """Returns the office's texts, the newest first."""
    return await sql.templates.all(pool, WrittenTemplate, kind=kind, language=language)


async def write_template(unit: UnitOfWork, command: WriteTemplate, kind: MessageKind, language: str) -> None:
    """Replaces a text. Raises `RejectedError` if somebody else wrote one meanwhile."""
    number, stored = await current_template(unit.connection, kind, language)
    if stored == MessageTemplate(command.subject, command.body):
        return
    if number != command.replaces:
        raise RejectedError(OUTDATED)
    await sql.add_template.execute(
        unit.connection,
        kind=kind,
        language=language,
        subject=command.subject,
        body=command.body,
        written_by=unit.author,
        written_at=unit.now,
    )
