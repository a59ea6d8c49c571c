"""The entries of the audit trail, as auditors read them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.store.database import Pool
from chassis.web.audit_trail.period import Period
from chassis.web.audit_trail.store import sql
from chassis.web.pagination import Page, fetch_page
from chassis.web.reads import ReadRequest
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from chassis.web.views import View

KINDS = {"read": N_("Read"), "write": N_("Changed")}

LIST = "/audit-trail"
"""The address of the list, inside of the service."""


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry. `shown` counts the rows that a read showed; `subject` is an identifier, and `people` are those of the
    people whom it showed or changed; `reason` is that of a write."""

    entry_id: UUID
    at: datetime
    kind: str
    author: str
    action: str
    subject: str | None
    people: list[UUID]
    shown: int | None
    format: str | None
    reason: str | None
    correlation_id: str | None


AUDIT_TRAIL = Table(
    "entries",
    N_("Audit trail"),
    key="entry_id",
    order="-entry_id",
    columns=(
        Column("at", N_("When"), "instant", sortable=False, link=LIST + "/{row.entry_id}"),
        Column("author", N_("By whom"), "code", sortable=False, filtered=True, searched=True),
        Column("kind", N_("Kind"), labels=KINDS, sortable=False, filtered=True),
        Column("action", N_("Action"), "code", sortable=False, filtered=True, searched=True),
        Column("subject", N_("About"), "code", sortable=False, filtered=True, searched=True),
        Column("shown", N_("Rows shown"), "number", sortable=False),
        Column("people", N_("People"), "number", read=lambda row: len(row.people), sortable=False),
        Column("format", N_("Exported as"), "code", sortable=False),
        Column("reason", N_("Reason"), sortable=False),
        # The identifiers are in the order of time, and an index serves the list in their order.
        Column("entry_id", N_("When"), "identifier", shown=False),
    ),
)


async def list_entries(
    read: ReadRequest, pool: Pool, view: View, period: Period, person: UUID | None
) -> Page[KeptEntry]:
    """A page of the entries of a period, of all or about one person. Reading them leaves an entry too."""
    page = await fetch_page(pool, sql.entries, view, KeptEntry, since=period.since, until=period.until, person=person)
    read.shows(page.rows)
    return page


async def find_entry(read: ReadRequest, pool: Pool, entry_id: UUID) -> KeptEntry | None:
    """The entry of this identifier, if there is one."""
    found = await sql.entry.all(pool, KeptEntry, entry_id=entry_id)
    return next(iter(read.shows(found)), None)
