"""The auditor's pages of a service's audit trail: the list, and one entry."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis.web.access import Access
from chassis.web.audit_trail.entries import AUDIT_TRAIL, KINDS, find_entry, list_entries
from chassis.web.audit_trail.period import AskedPeriod, AskedPerson
from chassis.web.pages import render
from chassis.web.pagination import render_list
from chassis.web.problems import Problem
from chassis.web.rates import Rate
from chassis.web.reads import Read
from chassis.web.texts import _
from chassis.web.views import View, view_of

router = APIRouter(prefix="/audit-trail", include_in_schema=False)

AUDITOR = {"auditor": Rate.USUAL}

ACCESS: Access = {"GET /audit-trail": AUDITOR, "GET /audit-trail/{entry_id}": AUDITOR}


@router.get("")
async def list_audit_trail(
    request: Request,
    read: Read,
    period: AskedPeriod,
    view: Annotated[View, Depends(view_of(AUDIT_TRAIL, exports=True))],
    person: AskedPerson = None,
) -> Response:
    page = await list_entries(read, request.app.state.resources.pool, view, period, person)
    return await render_list(
        request, "audit_trail/list.html", page, period=period, person=person, service=request.app.title
    )


@router.get("/{entry_id}")
async def show_audit_entry(request: Request, entry_id: UUID, read: Read) -> Response:
    entry = await find_entry(read, request.app.state.resources.pool, entry_id)
    if entry is None:
        raise Problem(404, "no_entry", _("There is no such entry."))
    return render(request, "audit_trail/entry.html", entry=entry, kinds=KINDS, service=request.app.title)
