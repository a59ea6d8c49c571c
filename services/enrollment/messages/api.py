"""Messages over JSON: what became of each, also as whoever carries them reports it."""

import hmac
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from chassis.web.commands import PublicWrite
from chassis.web.pagination import Listing
from chassis.web.problems import of_status
from chassis.web.reads import Read
from chassis.web.views import View, view_of
from services.enrollment.messages import service
from services.enrollment.messages.commands import ReportRefused
from services.enrollment.messages.service import MESSAGES, Message
from services.enrollment.resources import Res

router = APIRouter(prefix="/api/messages", tags=["messages"])


class ReportReply(BaseModel):
    message_id: UUID


class Messages(Listing):
    messages: list[Message]


@router.get("")
async def list_messages(res: Res, read: Read, view: Annotated[View, Depends(view_of(MESSAGES))]) -> Messages:
    """What was told to whom, the latest first. It has no address, and nothing of the text."""
    page = await service.list_messages(read, res, view)
    return Messages(messages=page.rows, next=page.next)


async def carries_messages(request: Request, res: Res) -> None:
    """Raises a 404 unless the request has the token of whoever carries messages, as for a message that is not there."""
    token = res.settings.report_token.get_secret_value()
    sent = request.headers.get("authorization", "")
    if not token or not hmac.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        raise of_status(404)


@router.post("/reports", dependencies=[Depends(carries_messages)])
async def report_message(body: ReportRefused, write: PublicWrite) -> ReportReply:
    """A message that was taken over came back, as the mail server or the gateway says with the token that they have."""
    return await write.run(
        service.report_refused,
        body,
        locks=[body.message_id],
        reply=lambda message_id: ReportReply(message_id=message_id),
    )
