"""Messages over JSON: what became of each."""

from typing import Annotated

from fastapi import APIRouter, Depends

from chassis.web.pagination import Listing
from chassis.web.reads import Read
from chassis.web.views import View, view_of
from services.enrollment.messages import service
from services.enrollment.messages.service import MESSAGES, Message
from services.enrollment.resources import Res

router = APIRouter(prefix="/api/messages", tags=["messages"])


class Messages(Listing):
    messages: list[Message]


@router.get("")
async def list_messages(res: Res, read: Read, view: Annotated[View, Depends(view_of(MESSAGES))]) -> Messages:
    """What was told to whom, the latest first. It has no address, and nothing of the text."""
    page = await service.list_messages(read, res.pool, view)
    return Messages(messages=page.rows, next=page.next)
