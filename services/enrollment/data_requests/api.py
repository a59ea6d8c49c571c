"""Requests about data over JSON: what waits for an answer, what is asked for beside what is stored, and the answer."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.web.commands import Write
from chassis.web.pagination import Listing
from chassis.web.reads import Read
from chassis.web.views import View, view_of
from services.enrollment.data_requests import service
from services.enrollment.data_requests.commands import DecideRequest
from services.enrollment.data_requests.domain import DecisionReason, RequestState
from services.enrollment.data_requests.service import REQUESTS, AskedFact, DataRequest
from services.enrollment.resources import Res

router = APIRouter(prefix="/api/data-requests", tags=["people"])


class DataRequests(Listing):
    requests: list[DataRequest]


class DataRequestReply(BaseModel):
    """What was decided."""

    model_config = ConfigDict(from_attributes=True)

    request_id: UUID
    state: RequestState
    reason: DecisionReason


class DataRequestView(BaseModel):
    """A request beside what is stored."""

    request: DataRequest
    facts: list[AskedFact] = Field(description="In the reader's language; empty for an erasure, and once answered.")


@router.get("")
async def list_data_requests(res: Res, read: Read, view: Annotated[View, Depends(view_of(REQUESTS))]) -> DataRequests:
    """What people asked for without an account; those that are to be answered first come first."""
    page = await service.list_requests(read, res, view)
    return DataRequests(requests=page.rows, next=page.next)


@router.get("/{request_id}")
async def show_data_request(request_id: UUID, response: Response, res: Res, read: Read) -> DataRequestView:
    """What is asked for beside what is stored."""
    response.headers["ETag"] = await service.request_tag(res.pool, request_id)
    evidence = await service.evidence_of(read, res, request_id)
    return DataRequestView(request=evidence.request, facts=evidence.facts)


@router.post("/{request_id}/decide")
async def decide_data_request(request_id: UUID, body: DecideRequest, res: Res, write: Write) -> DataRequestReply:
    """Grants or refuses what is asked for, as the reason says, and does what is granted."""
    request = await service.existing_request(res.pool, request_id)
    return await write.run(
        partial(service.decide_request, resources=res, request_id=request_id),
        body,
        locks=[request.person_id],
        reply=DataRequestReply.model_validate,
        tag=partial(service.request_tag, request_id=request_id),
    )
