"""The audit trail over JSON."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from chassis.web.access import Access
from chassis.web.audit_trail.entries import AUDIT_TRAIL, list_entries
from chassis.web.audit_trail.period import AskedPeriod, AskedPerson
from chassis.web.pagination import Listing
from chassis.web.rates import Rate
from chassis.web.reads import Read
from chassis.web.views import View, view_of

router = APIRouter(prefix="/api/audit-trail", tags=["audit trail"])

ACCESS: Access = {"GET /api/audit-trail": {"auditor": Rate.USUAL}}


class AuditEntry(BaseModel):
    """What somebody read or changed. Nothing in it names a person."""

    model_config = ConfigDict(from_attributes=True)

    entry_id: UUID
    at: datetime
    kind: str = Field(description="`read` or `write`.")
    author: str = Field(description="The subject of the token.")
    action: str = Field(description="The name of the route.")
    subject: str | None = Field(description="The identifier of what was read or changed.")
    people: list[UUID] = Field(
        description="Those whom it showed or changed, in sessions by their enrollments; at most the first 1,000."
    )
    shown: int | None = Field(description="The rows that a read showed.")
    format: str | None = Field(description="That of an export.")
    reason: str | None
    correlation_id: str | None = Field(description="That of the logs.")


class AuditTrail(Listing):
    entries: list[AuditEntry]


@router.get("")
async def list_audit_trail(
    request: Request,
    read: Read,
    period: AskedPeriod,
    view: Annotated[View, Depends(view_of(AUDIT_TRAIL))],
    person: AskedPerson = None,
) -> AuditTrail:
    """What was read or changed, by whom, when and why, the newest first. Reading it leaves an entry too."""
    page = await list_entries(read, request.app.state.resources.pool, view, period, person)
    return AuditTrail(entries=[AuditEntry.model_validate(row) for row in page.rows], next=page.next)
