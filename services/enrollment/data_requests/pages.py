"""Pages of requests about data: the list, and one beside what is stored, with the form that answers it."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis.web.commands import Write
from chassis.web.forms import VERSION_FIELD, Form, choices
from chassis.web.pages import render
from chassis.web.pagination import all_rows, render_list
from chassis.web.reads import Read, ReadRequest
from chassis.web.texts import _
from chassis.web.views import View, view_of
from services.enrollment.data_requests import service
from services.enrollment.data_requests.commands import DecideRequest
from services.enrollment.data_requests.labels import (
    DECISION_REASONS,
    REQUEST_KINDS,
    REQUEST_STATES,
    reasons_to_choose,
)
from services.enrollment.data_requests.service import FACTS, REQUESTS
from services.enrollment.resources import EnrollmentResources, Res

router = APIRouter(prefix="/data-requests", include_in_schema=False)


@router.get("")
async def list_data_requests(
    request: Request, res: Res, read: Read, view: Annotated[View, Depends(view_of(REQUESTS, exports=True))]
) -> Response:
    """What people asked for, those first that are to be answered first."""
    page = await service.list_requests(read, res, view)
    return await render_list(request, "data_requests/list.html", page)


@router.get("/{request_id}")
async def show_data_request(request: Request, request_id: UUID, res: Res, read: Read) -> Response:
    """What is asked for beside what is stored, and the form that answers it."""
    version = await service.request_tag(res.pool, request_id)  # before what it is the version of
    return await _one(request, res, read, request_id, Form({VERSION_FIELD: version}))


@router.post("/{request_id}")
async def decide_data_request(request_id: UUID, res: Res, write: Write) -> Response:
    """Grants or refuses what is asked for."""
    found = await service.existing_request(res.pool, request_id)
    return await write.submit(
        DecideRequest,
        partial(service.decide_request, resources=res, request_id=request_id),
        locks=lambda _command: [found.person_id],
        form=partial(_one, write.request, res, write.read, request_id),
        done=lambda _request: ("/data-requests", _("The request is answered.")),
        tag=partial(service.request_tag, request_id=request_id),
    )


async def _one(
    request: Request, res: EnrollmentResources, read: ReadRequest, request_id: UUID, form: Form[Any]
) -> Response:
    evidence = await service.evidence_of(read, res, request_id)
    return render(
        request,
        "data_requests/one.html",
        form.status,
        asked=evidence.request,
        identity=evidence.identity,
        facts=all_rows(FACTS, evidence.facts),
        kinds=REQUEST_KINDS,
        states=REQUEST_STATES,
        decisions=DECISION_REASONS,
        reasons=choices(reasons_to_choose(evidence.request.kind, evidence.request.fields)),
        form=form,
    )
