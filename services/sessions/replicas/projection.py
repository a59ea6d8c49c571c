"""The projection of what enrollment announces into the tables `known_…`. Of each thing the highest version is kept."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, NamedTuple

from chassis.messaging import outbox
from chassis.messaging.projections.projection import Projection, Recorded
from chassis.store.database import Connection, lock
from chassis.store.queries import Query, queries
from contracts.enrollment import (
    CohortClosed,
    CohortOpened,
    ConsentWithdrawn,
    Enrollment,
    EnrollmentAccepted,
    EnrollmentRequested,
    EnrollmentWaitlisted,
    EnrollmentWithdrawn,
    FacilitatorAssigned,
    FacilitatorUnassigned,
    ModulePublished,
    PersonMerged,
    PersonUnmerged,
    ProgrammePublished,
)
from contracts.event import Event
from contracts.sessions import WithdrawalAppliedInSessions
from services.sessions.completion import service as completion

sql = queries(__package__)

REPLICATED: dict[Query, tuple[type[Event], ...]] = {
    sql.replicate_programmes: (ProgrammePublished,),
    sql.replicate_modules: (ModulePublished,),
    sql.replicate_cohorts: (CohortOpened, CohortClosed),
    sql.replicate_assignments: (FacilitatorAssigned, FacilitatorUnassigned),
    sql.replicate_merges: (PersonMerged, PersonUnmerged),
    sql.replicate_enrollments: (EnrollmentRequested, EnrollmentAccepted, EnrollmentWaitlisted, EnrollmentWithdrawn),
    sql.replicate_withdrawals: (ConsentWithdrawn,),
}
"""The queries that store what these events announce; their parameters are arrays of the events' fields."""

QUERIES = {event.type: query for query, events in REPLICATED.items() for event in events}


class Version(NamedTuple):
    """A version of one thing."""

    subject: str
    version: int
    event: Event


def prepare(recorded: Recorded) -> Version:
    """The version that a record announces."""
    return Version(recorded.envelope.subject, recorded.envelope.version, recorded.event)


async def fold(connection: Connection, batch: Sequence[Version]) -> None:
    """Stores the newest version of each thing. A job decides the scans that waited for a newer enrollment."""
    rows: dict[Query, list[dict[str, Any]]] = defaultdict(list)
    for one in _newest(batch):
        query = QUERIES[one.event.type]
        rows[query].append(_row(query, one))
    withdrawn = rows.pop(sql.replicate_withdrawals, [])
    for query, found in rows.items():
        await query.execute_rows(connection, found)
    await _confirm_withdrawals(connection, withdrawn)
    await _publish_first_rules(connection, [one.event for one in batch if isinstance(one.event, ProgrammePublished)])


def _newest(batch: Iterable[Version]) -> list[Version]:
    """The newest version of each thing, in the order of their ids, in which every batch writes the rows."""
    newest: dict[str, Version] = {}
    for one in batch:
        if one.version > newest.setdefault(one.subject, one).version:
            newest[one.subject] = one
    return [newest[subject] for subject in sorted(newest)]


def _row(query: Query, told: Version) -> dict[str, Any]:
    """The row that the query stores; a profile is stored as JSON."""
    row = {name: getattr(told.event, name, None) for name in query.parameters} | {"version": told.version}
    if isinstance(told.event, Enrollment):
        row["profile"] = told.event.profile.model_dump(mode="json")
    return row


async def _confirm_withdrawals(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Stores withdrawn consents and announces that they took effect. The caller has stored the enrollments that end by
    them, which stand before them in the log."""
    await lock(connection, *(row["consent_id"] for row in rows))
    stored = await sql.replicate_withdrawals.fetch_rows(connection, rows)
    await outbox.add_all(connection, [WithdrawalAppliedInSessions.model_validate({**row}) for row in stored])


async def _publish_first_rules(connection: Connection, programmes: Sequence[ProgrammePublished]) -> None:
    """A programme starts with the first completion rule, and a copy with that of the programme it was copied from."""
    await lock(connection, *(one.programme_id for one in programmes))
    for one in programmes:
        await completion.publish_first_rule(connection, one.programme_id, one.occurred_at, one.copied_from)


PROJECTION = Projection("replicas", tuple(chain.from_iterable(REPLICATED.values())), prepare, fold)
