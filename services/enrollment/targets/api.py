"""Targets over JSON."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from chassis.web.commands import Write, entity_tag
from chassis.web.pagination import Listing
from chassis.web.views import View, view_of
from services.enrollment.corrections.replies import Changes
from services.enrollment.corrections.service import corrections_of
from services.enrollment.resources import Res
from services.enrollment.targets import changes, service
from services.enrollment.targets.commands import CorrectTarget, SetTarget
from services.enrollment.targets.service import TARGETS, TargetOfProgramme, existing_target

router = APIRouter(prefix="/api/targets", tags=["targets"])


class TargetReply(BaseModel):
    target_id: UUID


class Targets(Listing):
    targets: list[TargetOfProgramme]


@router.post("", status_code=201)
async def set_target(body: SetTarget, write: Write) -> TargetReply:
    """Sets a target of an indicator."""
    return await write.run(
        service.set_target,
        body,
        locks=[body.target_id],
        reply=lambda target_id: TargetReply(target_id=target_id),
    )


@router.get("")
async def list_targets(res: Res, view: Annotated[View, Depends(view_of(TARGETS))]) -> Targets:
    """All targets. How far they are reached is answered by reporting."""
    page = await service.list_targets(res.pool, view)
    return Targets(targets=page.rows, next=page.next)


@router.get("/{target_id}")
async def show_target(target_id: UUID, res: Res, response: Response) -> TargetOfProgramme:
    """A target."""
    response.headers["ETag"] = await entity_tag(res.pool, target_id)
    return await existing_target(res.pool, target_id)


@router.post("/{target_id}/correct")
async def correct_target(target_id: UUID, body: CorrectTarget, write: Write) -> TargetReply:
    """Corrects what describes the target, or withdraws it. What it was before is kept."""
    return await write.run(
        partial(changes.correct_target, target_id=target_id),
        body,
        locks=[target_id],
        reply=lambda corrected: TargetReply(target_id=corrected),
    )


@router.get("/{target_id}/changes")
async def list_target_changes(target_id: UUID, res: Res) -> Changes:
    """What was corrected of the target, newest first: what it was, who corrected it and why."""
    await existing_target(res.pool, target_id)
    return Changes(changes=await corrections_of(res.pool, target_id))
