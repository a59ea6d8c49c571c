"""Deciding whether two records are one person. The caller's transaction has written nothing yet.

Whom people are counted as follows from the last decision on each pair alone, so that it is the same whatever the order
of the decisions on several pairs. Nobody's enrollments, attendance or consents move: each record keeps its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from uuid import UUID

from chassis.messaging import outbox
from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, lock
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.reads import Work
from chassis.web.texts import N_
from contracts.enrollment import Merge, PersonMerged, PersonUnmerged
from services.enrollment.applications.domain import unseal
from services.enrollment.applications.service import end, existing_application
from services.enrollment.enrollments.domain import Enrolled, Review, ReviewDecision, Ruling
from services.enrollment.enrollments.service import as_answered, enroll
from services.enrollment.imports.correction_service import DecidedRow, RowPlace, decide_row
from services.enrollment.people.domain import EVERYBODY, person_lock
from services.enrollment.people.service import (
    PERSON_CHANGED,
    PERSON_ERASED,
    PERSON_UNKNOWN,
    counted_together,
    former_identities,
    release_document,
    stored_identities,
)
from services.enrollment.resources import EnrollmentResources
from services.enrollment.reviews.commands import DecideApplication, DecideReview
from services.enrollment.reviews.domain import (
    ApplicationDecision,
    Pair,
    Record,
    contradicted,
    counted_by,
    moved,
    pair_of,
)

sql = queries(__package__)

DECIDING = Work("reviews.decide")


async def decide_people(
    unit: UnitOfWork, command: DecideReview, resources: EnrollmentResources, person_id: UUID, other_id: UUID
) -> UUID:
    """Counts two records as one person, or as two again, and returns the id of the first. Idempotent.

    Raises `RejectedError` if either is unknown or was erased, if the decision contradicts another one, and if somebody
    applied since both were counted as one: that may have been either of them.
    """
    pair = pair_of(person_id, other_id)
    records, documents = await _locked(unit.connection, resources, pair)
    unit.concerns(*(one.person_id for one in records))
    decisions, since = await _standing(unit.connection, records)
    if decisions.get(pair) is command.decision:
        return person_id
    decisions[pair] = command.decision
    counted = counted_by(records, decisions)
    if opposed := contradicted(counted, decisions):
        raise RejectedError(_STILL_ONE if pair in opposed else _DECIDED_OTHERWISE)
    others = moved(records, counted)
    if command.decision is ReviewDecision.OTHER_PERSON and others:
        await _require_unused(unit.connection, others, since.get(pair))
    await _keep(unit, command, pair)
    await _count(unit, others, counted)
    await _move_documents(unit.connection, records, others, counted, documents)
    await outbox.raise_versions(unit.connection, [one.person_id for one in records])
    return person_id


async def decide_import_row(
    unit: UnitOfWork, command: DecideReview, resources: EnrollmentResources, import_id: UUID, place: RowPlace
) -> DecidedRow:
    """Enrolls the person of a row as whom it was decided, and keeps the decision. The caller holds the lock of the
    import."""
    decided = await decide_row(unit, command.decision, import_id, place, resources)
    await _keep_outcome(unit, command, decided.person_id, decided.outcome)
    return decided


async def decide_application(
    unit: UnitOfWork, command: DecideApplication, resources: EnrollmentResources, application_id: UUID
) -> Enrolled | None:
    """Enrolls the person of an application as whom it was decided, and keeps the decision; None if it was discarded.

    The caller holds the lock of the application. Raises `RejectedError` if it does not wait any more, or if nobody can
    be enrolled by it: then it stays as it is.
    """
    stored, key = await existing_application(DECIDING, unit.connection, resources, application_id)
    unit.concerns(stored.person_id)
    if command.decision is ApplicationDecision.DISCARD:
        await end(unit, [application_id])
        return None
    decided = DecideReview(decision=ReviewDecision(command.decision), reason=command.reason)
    application = replace(unseal(key, stored.application), ruling=Ruling(decided.decision, stored.person_id))
    outcome = await enroll(unit, application, resources, EVERYBODY)
    if isinstance(outcome, Review):
        raise RejectedError(_APPLICATION_DISPUTED)
    enrolled = await as_answered(unit, application, outcome)
    await _keep_outcome(unit, decided, stored.person_id, enrolled)
    await end(unit, [application_id])
    return enrolled


async def _keep_outcome(unit: UnitOfWork, command: DecideReview, person_id: UUID, outcome: Enrolled) -> None:
    """Keeps what was decided about an application that contradicted the person, and what it got."""
    unit.concerns(person_id)
    is_one = outcome.person_id in await counted_together(unit.connection, person_id)
    pair = (person_id, None) if is_one else pair_of(person_id, outcome.person_id)
    await _keep(unit, command, pair, outcome.enrollment_id)


async def _locked(
    connection: Connection, resources: EnrollmentResources, pair: Pair
) -> tuple[list[Record], dict[UUID, bytes]]:
    """Locks everybody who is counted as one of both, by every document that they have or had, and returns them with
    the digest of the document that stands in their own record."""
    before = await _records(connection, pair)
    ids = [one.person_id for one in before]
    identities = await stored_identities(DECIDING, connection, resources, ids)
    if len(identities) < len(ids):
        raise RejectedError(PERSON_ERASED)
    former = await former_identities(DECIDING, connection, resources, ids)
    digests = await resources.blind.documents([identities[one].document for one in ids])
    earlier = await resources.blind.documents([one.document for one in chain.from_iterable(former.values())])
    held = {one.document_digest for one in before if one.document_digest}
    await lock(connection, *map(person_lock, {*digests, *earlier, *held}))
    if await _records(connection, pair) != before:
        raise RejectedError(PERSON_CHANGED)
    return before, dict(zip(ids, digests, strict=True))


async def _records(connection: Connection, pair: Pair) -> list[Record]:
    records = await sql.records_counted_together.all(connection, Record, person_ids=pair)
    if not {one.person_id for one in records}.issuperset(pair):
        raise RejectedError(PERSON_UNKNOWN)
    return records


async def _standing(
    connection: Connection, records: Sequence[Record]
) -> tuple[dict[Pair, ReviewDecision], dict[Pair, datetime]]:
    rows = await sql.standing_decisions.fetch(connection, person_ids=[one.person_id for one in records])
    pairs = {(row["person_id"], row["other_id"]): row for row in rows}
    decisions = {pair: ReviewDecision(row["decision"]) for pair, row in pairs.items()}
    return decisions, {pair: row["decided_at"] for pair, row in pairs.items()}


async def _require_unused(connection: Connection, others: Sequence[Record], since: datetime | None) -> None:
    """Raises `RejectedError` if one of those who are counted as themselves again applied since they were not."""
    person_ids = [one.person_id for one in others]
    cohort = await sql.enrolled_since.value(connection, person_ids=person_ids, since=since)
    if cohort is not None:
        raise RejectedError(replace(_ENROLLED_SINCE, values={"cohort": cohort}))


async def _keep(
    unit: UnitOfWork, command: DecideReview, pair: tuple[UUID, UUID | None], enrollment_id: UUID | None = None
) -> None:
    await sql.add_decision.execute(
        unit.connection,
        decision_id=new_id(),
        person_id=pair[0],
        other_id=pair[1],
        enrollment_id=enrollment_id,
        decision=command.decision,
        reason=command.reason,
        decided_by=unit.author,
        decided_at=unit.now,
    )


async def _count(unit: UnitOfWork, others: Sequence[Record], counted: Mapping[UUID, UUID]) -> None:
    """Stores and announces as whom they are counted."""
    events = [_merge(one, counted[one.person_id], unit.now) for one in others]
    rows = [
        {
            "person_id": one.person_id,
            "counted_as": None if one.counted_as == one.person_id else one.counted_as,
            "merge_id": one.merge_id,
        }
        for one in events
    ]
    await sql.count_as.execute_rows(unit.connection, rows)
    await outbox.add_all(unit.connection, events)


def _merge(record: Record, counted_as: UUID, now: datetime) -> Merge:
    event = PersonUnmerged if counted_as == record.person_id else PersonMerged
    return event(
        occurred_at=now,
        merge_id=record.merge_id or new_id(),
        person_id=record.person_id,
        counted_as=counted_as,
    )


async def _move_documents(
    connection: Connection,
    records: Sequence[Record],
    others: Sequence[Record],
    counted: Mapping[UUID, UUID],
    documents: Mapping[UUID, bytes],
) -> None:
    """Lets all who are counted as one be found by one document: that of the person as whom they are counted."""
    found = {one.person_id: one.document_digest for one in records}
    found |= {one.person_id: documents[one.person_id] for one in others}
    rows = [{"person_id": one.person_id, "document_digest": found[counted[one.person_id]]} for one in others]
    await sql.give_up_documents.execute(connection, person_ids=[one.person_id for one in others])
    await sql.take_documents.execute_rows(connection, rows)
    for digest in {one.document_digest for one in others if one.document_digest}:
        await release_document(connection, digest)


_APPLICATION_DISPUTED = Rejection(
    "application_disputed",
    N_("The application contradicts somebody else too who has its document."),
    Kind.CONFLICT,
    remedy=N_("Decide first about the people who have this document, and then about the application."),
)
_STILL_ONE = Rejection(
    "still_counted_as_one",
    N_("Both are counted as one through a third record."),
    Kind.CONFLICT,
    remedy=N_("Decide first about the third record and one of them."),
)
_DECIDED_OTHERWISE = Rejection(
    "decided_otherwise",
    N_("Two of the people who would be counted as one were decided to be two people."),
    Kind.CONFLICT,
    remedy=N_("Look at their earlier decisions, and decide those anew first."),
)
_ENROLLED_SINCE = Rejection(
    "enrolled_since",
    N_("Somebody applied for the cohort «%(cohort)s» since both were counted as one, and may be either."),
    Kind.CONFLICT,
    remedy=N_("Withdraw that enrollment, decide again, and enroll the right person."),
)
