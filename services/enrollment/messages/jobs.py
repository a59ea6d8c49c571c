"""The job that sends messages, by e-mail where the person has an address, else to the telephone."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from chassis.runtime.jobs import Job, Jobs
from chassis.runtime.retry import Backoff
from chassis.store.database import Row
from chassis.web import locale
from chassis.web.formats import clock_time, date_time, long_date
from chassis.web.reads import Work
from chassis.web.texts import _
from contracts.territory import districts
from services.enrollment.messages.domain import Channel, MessageKind, MessageState, MessageTemplate, filled
from services.enrollment.messages.gateways import Gateway, OutgoingMessage, PostponedError, RefusedError
from services.enrollment.messages.service import SEND, current_template, sql
from services.enrollment.messages.sessions import tell_of_sessions
from services.enrollment.people.domain import Identity, unseal
from services.enrollment.resources import EnrollmentResources
from services.enrollment.settings import PREFIX

jobs: Jobs[EnrollmentResources] = Jobs()

SENDING = Work("messages.send")
RETRIES = Backoff(first=timedelta(seconds=10), longest=timedelta(hours=1), attempts=16)
"""Sixteen attempts within half a day."""

Texts = dict[tuple[MessageKind, str], MessageTemplate]
"""The texts of one job's messages by kind and language, each of which is read once."""


async def give_up(resources: EnrollmentResources, job: Job) -> None:
    """Shows the messages that are left as failed."""
    await sql.give_up_messages.execute(resources.pool, message_ids=_message_ids(job))


@jobs.on(SEND, at_once=2, retries=RETRIES, give_up=give_up)
async def send_messages(resources: EnrollmentResources, job: Job) -> None:
    """Sends what is still queued of the job's messages. One that is postponed holds up none of the others.

    Raises `PostponedError` in the end if one was, and `UnavailableError` at once, to be tried again.
    """
    texts: Texts = {}
    postponed = None
    for message_id in _message_ids(job):
        row = await sql.message_to_send.fetch_row(resources.pool, message_id=message_id)
        try:
            if row is not None:
                with locale.using(_locale(resources, row["language"])):
                    await _send(resources, texts, row)
        except PostponedError as error:
            postponed = error
    if postponed:
        raise postponed


@jobs.every(timedelta(minutes=1), "messages.sessions")
async def queue_session_messages(resources: EnrollmentResources, _job: Job) -> None:
    """Queues reminders of sessions that are soon, and what changed in sessions to come."""
    before = timedelta(hours=resources.settings.reminder_hours)
    await tell_of_sessions(resources.pool, datetime.now(UTC), before)


async def _send(resources: EnrollmentResources, texts: Texts, row: Row) -> None:
    keys = await resources.keyring.fetch(SENDING, [row["person_id"]])
    key = keys.get(row["person_id"])
    identity = unseal(key, row["identity"]) if key and row["identity"] and row["may_be_told"] else None
    found = _way(resources.gateways, identity) if identity else None
    if not row["still_stands"]:
        await _settle(resources, row, MessageState.OUTDATED)
        return
    if identity is None or found is None:
        await _settle(resources, row, MessageState.UNREACHABLE)
        return
    channel, to = found
    try:
        await resources.gateways[channel].send(await _message(resources, texts, row, identity, to))
    except RefusedError as error:
        await _settle(resources, row, MessageState.REFUSED, channel, error.code)
    else:
        await _settle(resources, row, MessageState.SENT, channel)


def _locale(resources: EnrollmentResources, language: str | None) -> locale.Locale:
    """The locale of whoever is written to; one that is not offered any more is the installation's first."""
    return locale.offered(resources.settings).get(language or "") or locale.default(resources.settings)


def _way(gateways: Mapping[Channel, Gateway], identity: Identity) -> tuple[Channel, str] | None:
    """The first channel by which the person can be reached, with the address or the number."""
    ways = {Channel.EMAIL: identity.email, Channel.TELEPHONE: identity.phone}
    return next(((channel, to) for channel, to in ways.items() if to and channel in gateways), None)


async def _message(
    resources: EnrollmentResources, texts: Texts, row: Row, identity: Identity, to: str
) -> OutgoingMessage:
    language = locale.current().language
    template = await _text(resources, texts, MessageKind(row["kind"]), language)
    values = {
        "name": identity.names.given,
        "programme": row["programme"],
        "cohort": row["cohort"],
        "first_day": long_date(row["starts_on"]),
        "last_day": long_date(row["ends_on"]),
        **_session_values(row),
        "my_data": f"{resources.settings.public_url}{PREFIX}/my-data",
    }
    address = f"{resources.settings.public_url}{PREFIX}"
    stop = f"{address}/stop/{row['stop_code']}"
    lines = [filled(template.body, values), *_lines_of_offer(row, address)]
    body = "\n\n".join([*lines, _("To get no more messages: %(address)s", address=stop)])
    return OutgoingMessage(row["message_id"], to, filled(template.subject, values), body, language, stop)


async def _text(resources: EnrollmentResources, texts: Texts, kind: MessageKind, language: str) -> MessageTemplate:
    if (kind, language) not in texts:
        [_number, texts[kind, language]] = await current_template(resources.pool, kind, language)
    return texts[kind, language]


def _lines_of_offer(row: Row, address: str) -> list[str]:
    """How an offer is accepted. It stands in its message whatever text the office wrote."""
    if row["kind"] != MessageKind.SEAT_OFFERED or row["offered_until"] is None:
        return []
    until, offer = date_time(row["offered_until"]), f"{address}/offers/{row['stop_code']}"
    return [_("Say until %(until)s whether you take it: %(address)s", until=until, address=offer)]


def _session_values(row: Row) -> dict[str, str]:
    """What stands in the places of a text about one session; nothing for other texts."""
    if row["session"] is None:
        return {}
    return {
        "session": row["session"],
        "session_day": long_date(row["session_starts_at"]),
        "session_time": clock_time(row["session_starts_at"]),
        "session_place": f"{row['session_place']}, {districts()[row['session_district']].name}",
    }


async def _settle(
    resources: EnrollmentResources,
    row: Row,
    state: MessageState,
    channel: Channel | None = None,
    reply: int | None = None,
) -> None:
    await sql.settle_message.execute(
        resources.pool, message_id=row["message_id"], state=state, channel=channel, reply=reply
    )


def _message_ids(job: Job) -> list[UUID]:
    return [UUID(one) for one in job.payload["message_ids"]]
