"""Asking for a correction or an erasure, and answering it. A write works in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from pydantic import TypeAdapter

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.formats import long_date
from chassis.web.pagination import Page, fetch_page
from chassis.web.reads import Reader, Work
from chassis.web.tables import Column, Table
from chassis.web.texts import N_, _
from chassis.web.views import View
from contracts import territory
from contracts.days import day_of
from contracts.event import Profile
from contracts.labels import SEX_ANSWERS
from services.enrollment.data_requests.commands import AskCorrection, AskErasure, DecideRequest
from services.enrollment.data_requests.domain import (
    GRANTED_FOR,
    DecisionReason,
    Details,
    RequestKind,
    RequestState,
    answer_by,
    changed_fields,
    merged,
    reasons_for,
    stored_details,
)
from services.enrollment.data_requests.labels import DECISION_REASONS, FIELDS, REQUEST_KINDS, REQUEST_STATES
from services.enrollment.enrollments.commands import DocumentInput
from services.enrollment.messages.domain import MessageKind
from services.enrollment.messages.service import queue_messages
from services.enrollment.people.domain import Identity
from services.enrollment.people.service import PERSON_ERASED, written_names
from services.enrollment.people.shown_names import names_or_erased, with_names
from services.enrollment.resources import EnrollmentResources
from services.enrollment.rights.commands import ErasePerson, RectifyPerson
from services.enrollment.rights.domain import ErasureReason, RectificationReason
from services.enrollment.rights.service import erase_person, rectifiable, rectify_person

sql = queries(__package__)

ASKING, DECIDING = Work("data_requests.ask"), Work("data_requests.decide")

ASKED_FIELD = "data_requests.asked"
"""What the ciphertext is bound to, besides the person."""

_details = TypeAdapter(Details)


@dataclass(frozen=True, slots=True)
class DataRequest:
    """What somebody asks for, without its values. `reason` is that of the decision, None while it waits.

    `names` are those of the person, in a list of the office; None once they were erased.
    """

    request_id: UUID
    person_id: UUID
    kind: RequestKind
    fields: list[str]
    state: RequestState
    reason: DecisionReason | None
    asked_at: datetime
    answer_by: date
    decided_at: datetime | None
    version: int
    names: str | None = None


@dataclass(frozen=True, slots=True)
class AskedFact:
    """A detail as it is stored and as somebody asks to have it, both as people know them."""

    field: str
    stored: str
    asked: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A request beside what is stored. `identity` is None once the person was erased; `facts` end with the answer."""

    request: DataRequest
    identity: Identity | None
    facts: list[AskedFact]


def _asked_fields(request: DataRequest) -> list[str]:
    return [_(FIELDS[name]) for name in request.fields]


_BADGES = {RequestState.WAITING: "waiting", RequestState.GRANTED: "good"}
_KIND = Column("kind", N_("What is asked for"), labels=REQUEST_KINDS, filtered=True)
_STATE = Column("state", N_("Status"), labels=REQUEST_STATES, badges=_BADGES, filtered=True)
_DETAILS = (
    Column("fields", N_("Details"), "list", read=_asked_fields, sortable=False),
    Column("asked_at", N_("Asked"), "date"),
    Column("answer_by", N_("To be answered by"), "date"),
    Column("decided_at", N_("Answered"), "date"),
    Column("reason", N_("Why"), labels=DECISION_REASONS, sortable=False),
)
REQUESTS = Table(
    "requests",
    N_("Requests about data"),
    key="request_id",
    order="answer_by",
    columns=(
        replace(_KIND, link="/data-requests/{row.request_id}"),
        _STATE,
        *_DETAILS,
        Column("names", N_("Person"), link="/people/{row.person_id}", sortable=False, read=names_or_erased),
        Column("request_id", N_("Request"), "identifier", shown=False),
    ),
)
OWN_REQUESTS = Table(
    "requests", N_("What you asked for"), key="request_id", order="asked_at", columns=(_KIND, _STATE, *_DETAILS)
)
FACTS = Table(
    "facts",
    N_("What is asked for, beside what is stored"),
    key="field",
    order="field",
    columns=(
        Column("field", N_("What"), labels=FIELDS, sortable=False),
        Column("stored", N_("What is stored"), sortable=False),
        Column("asked", N_("What is asked for"), sortable=False),
    ),
)


async def own_details(
    reader: Reader, connection: Connection | Pool, resources: EnrollmentResources, person_id: UUID
) -> Details:
    """Returns what the person can ask to be corrected. Raises `RejectedError` once they were erased."""
    identity, profile = await rectifiable(reader, connection, resources, person_id)
    reader.shows([person_id], [person_id])
    return stored_details(_existing(identity), profile)


async def own_requests(connection: Connection | Pool, person_ids: Sequence[UUID]) -> list[DataRequest]:
    """Returns what these people asked for, the first first."""
    return await sql.own_requests.all(connection, DataRequest, person_ids=person_ids)


async def ask_correction(
    unit: UnitOfWork, command: AskCorrection, resources: EnrollmentResources, person_id: UUID
) -> None:
    """Asks to correct what differs from what is stored. Raises `RejectedError` where nothing does."""
    asked = command.details()
    stored = await own_details(ASKING, unit.connection, resources, person_id)
    fields = changed_fields(stored, asked)
    if not fields:
        raise RejectedError(_NOTHING_DIFFERS)
    keys = await resources.keyring.fetch(ASKING, [person_id])
    sealed = keys[person_id].seal(ASKED_FIELD, _details.dump_json(asked))
    await _ask(unit, resources, person_id, RequestKind.CORRECTION, fields, sealed)


async def ask_erasure(
    unit: UnitOfWork, _command: AskErasure, resources: EnrollmentResources, person_ids: Sequence[UUID]
) -> None:
    """Asks to erase all of the person's records."""
    for person_id in person_ids:
        await _ask(unit, resources, person_id, RequestKind.ERASURE, [], None)


async def list_requests(reader: Reader, resources: EnrollmentResources, view: View) -> Page[DataRequest]:
    """Returns a page of all requests, those first that are to be answered first, with the names of the people."""
    page = await fetch_page(resources.pool, sql.requests, view, DataRequest)
    return replace(page, rows=await with_names(reader, resources, page.rows))


async def existing_request(connection: Connection | Pool, request_id: UUID) -> DataRequest:
    """Returns the request. Raises `RejectedError` if there is none."""
    found = await sql.request.first(connection, DataRequest, request_id=request_id)
    if found is None:
        raise RejectedError(_UNKNOWN)
    return found


async def evidence_of(reader: Reader, resources: EnrollmentResources, request_id: UUID) -> Evidence:
    """Returns the request beside what is stored of the person. Raises `RejectedError` if there is none."""
    request = await existing_request(resources.pool, request_id)
    identity, profile = await rectifiable(reader, resources.pool, resources, request.person_id)
    request = replace(request, names=written_names(identity) if identity else None)
    reader.shows([request])
    asked = await _asked(reader, resources.pool, resources, request)
    if identity is None or asked is None:
        return Evidence(request, identity, [])
    stored = stored_details(identity, profile)
    facts = [AskedFact(name, _shown(stored, name), _shown(asked, name)) for name in request.fields]
    return Evidence(request, identity, facts)


async def request_tag(connection: Connection | Pool, request_id: UUID) -> str:
    """Returns the version of what is asked for as an entity tag."""
    return f'"{await sql.version.value(connection, request_id=request_id) or 0}"'


async def decide_request(
    unit: UnitOfWork, command: DecideRequest, resources: EnrollmentResources, request_id: UUID
) -> DataRequest:
    """Grants or refuses the request, does what is granted, and lets the person be told. The caller holds the person's
    lock. Raises `RejectedError`, also for what hinders a correction or an erasure."""
    request = await existing_request(unit.connection, request_id)
    if request.state is not RequestState.WAITING:
        raise RejectedError(_DECIDED)
    if command.reason not in reasons_for(request.kind, request.fields):
        raise RejectedError(_REASON_OF_ANOTHER_KIND)
    unit.concerns(request.person_id)
    is_granted = command.reason in GRANTED_FOR
    if is_granted:
        await _grant(unit, resources, request)
    state = RequestState.GRANTED if is_granted else RequestState.REFUSED
    await sql.decide.execute(
        unit.connection, request_id=request_id, state=state, reason=command.reason, author=unit.author, now=unit.now
    )
    if enrollment_id := await sql.enrollment_to_tell.value(unit.connection, person_id=request.person_id):
        await queue_messages(unit, {enrollment_id: MessageKind.REQUEST_ANSWERED}, ended_since=date.min)
    return await existing_request(unit.connection, request_id)


async def _ask(
    unit: UnitOfWork,
    resources: EnrollmentResources,
    person_id: UUID,
    kind: RequestKind,
    fields: Sequence[str],
    asked: bytes | None,
) -> None:
    unit.concerns(person_id)
    await sql.ask.execute(
        unit.connection,
        request_id=new_id(),
        person_id=person_id,
        kind=kind,
        fields=fields,
        asked=asked,
        now=unit.now,
        answer_by=answer_by(day_of(unit.now), resources.settings.answer_working_days),
    )


async def _grant(unit: UnitOfWork, resources: EnrollmentResources, request: DataRequest) -> None:
    if request.kind is RequestKind.ERASURE:
        erasure = ErasePerson(reason=ErasureReason.PERSON_ASKED, confirmed=True)
        await erase_person(unit, erasure, resources, request.person_id)
        return
    identity, profile = await rectifiable(DECIDING, unit.connection, resources, request.person_id)
    asked = await _asked(DECIDING, unit.connection, resources, request)
    if identity is None or asked is None:
        raise RejectedError(PERSON_ERASED)
    await rectify_person(unit, _rectification(identity, profile, asked, request.fields), resources, request.person_id)


def _rectification(identity: Identity, profile: Profile, asked: Details, fields: list[str]) -> RectifyPerson:
    """What is stored now, with what was asked for in the fields that it was asked for."""
    right = merged(stored_details(identity, profile), asked, fields)
    return RectifyPerson(
        document=DocumentInput(type=identity.document.type, number=identity.document.number),
        given_names=right.given_names,
        family_names=right.family_names,
        birth_date=right.birth_date,
        sex=right.sex,
        district=right.district,
        phone=right.phone,
        email=right.email,
        reason=RectificationReason.PERSON_ASKED,
    )


async def _asked(
    reader: Reader, connection: Connection | Pool, resources: EnrollmentResources, request: DataRequest
) -> Details | None:
    """Decrypts what is asked for; None for an erasure, and once it was answered."""
    sealed = await sql.asked.value(connection, request_id=request.request_id)
    keys = await resources.keyring.fetch(reader, [request.person_id])
    if sealed is None or request.person_id not in keys:
        return None
    return _details.validate_json(keys[request.person_id].open(ASKED_FIELD, sealed))


def _shown(details: Details, field: str) -> str:
    value = getattr(details, field)
    match field:
        case "sex":
            return _(SEX_ANSWERS[value])
        case "district":
            return territory.districts()[value].full_name
        case "birth_date" if value:
            return long_date(value)
    return value or "—"


def _existing(identity: Identity | None) -> Identity:
    if identity is None:
        raise RejectedError(PERSON_ERASED)
    return identity


_UNKNOWN = Rejection("data_request_unknown", N_("There is no such request."), Kind.MISSING)
_DECIDED = Rejection(
    "data_request_decided",
    N_("Somebody has answered this request already."),
    Kind.CONFLICT,
    remedy=N_("Open it again to see what was decided."),
)
_REASON_OF_ANOTHER_KIND = Rejection(
    "reason_of_another_kind",
    N_("This request is not answered for this reason."),
    field="reason",
    remedy=N_("Choose one of the reasons of its page: those for a correction are not those for an erasure."),
)
_NOTHING_DIFFERS = Rejection(
    "nothing_differs",
    N_("This is what is stored already."),
    remedy=N_("Change what is wrong, and send it again."),
)
