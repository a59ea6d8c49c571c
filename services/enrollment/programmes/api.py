"""Programmes and their modules over JSON."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from chassis.web.commands import Write, entity_tag
from chassis.web.pagination import Listing
from chassis.web.views import View, view_of
from services.enrollment.corrections.replies import Changes
from services.enrollment.programmes import changes, copies, service
from services.enrollment.programmes.commands import CorrectModule, CorrectProgramme, PublishModule, PublishProgramme
from services.enrollment.programmes.service import PROGRAMMES, Module, Programme, ProgrammeInFull
from services.enrollment.resources import Res

router = APIRouter(prefix="/api/programmes", tags=["programmes"])


class ProgrammeReply(BaseModel):
    programme_id: UUID


class ModuleReply(BaseModel):
    module_id: UUID


class Programmes(Listing):
    programmes: list[Programme]


@router.post("", status_code=201)
async def publish_programme(body: PublishProgramme, write: Write) -> ProgrammeReply:
    """Announces a programme."""
    return await write.run(
        service.publish_programme,
        body,
        locks=[body.programme_id],
        reply=lambda programme_id: ProgrammeReply(programme_id=programme_id),
    )


@router.get("")
async def list_programmes(res: Res, view: Annotated[View, Depends(view_of(PROGRAMMES))]) -> Programmes:
    """All programmes, the newest first."""
    page = await service.list_programmes(res.pool, view)
    return Programmes(programmes=page.rows, next=page.next)


@router.get("/{programme_id}")
async def show_programme(programme_id: UUID, res: Res, response: Response) -> ProgrammeInFull:
    """A programme with its modules."""
    response.headers["ETag"] = await entity_tag(res.pool, programme_id)
    return await service.programme_in_full(res.pool, programme_id)


@router.post("/{programme_id}/correct")
async def correct_programme(programme_id: UUID, body: CorrectProgramme, write: Write) -> ProgrammeReply:
    """Corrects what describes the programme. Readers and figures follow."""
    return await write.run(
        partial(changes.correct_programme, programme_id=programme_id),
        body,
        locks=[programme_id],
        reply=lambda programme_id: ProgrammeReply(programme_id=programme_id),
    )


@router.post("/{programme_id}/copy", status_code=201)
async def copy_programme(programme_id: UUID, body: PublishProgramme, write: Write) -> ProgrammeReply:
    """Announces a programme that begins with the modules and the rule of completion of this one."""
    return await write.run(
        partial(copies.copy_programme, source_id=programme_id),
        body,
        locks=[body.programme_id],
        reply=lambda programme_id: ProgrammeReply(programme_id=programme_id),
    )


@router.get("/{programme_id}/changes")
async def list_programme_changes(programme_id: UUID, res: Res) -> Changes:
    """What was corrected of the programme and of its modules."""
    await service.existing_programme(res.pool, programme_id)
    return Changes(changes=await changes.corrections_of_programme(res.pool, programme_id))


@router.post("/{programme_id}/modules", status_code=201)
async def publish_module(programme_id: UUID, body: PublishModule, write: Write) -> ModuleReply:
    """Publishes a module of a programme."""
    return await write.run(
        partial(service.publish_module, programme_id=programme_id),
        body,
        locks=[body.module_id],
        reply=lambda module_id: ModuleReply(module_id=module_id),
    )


@router.get("/{programme_id}/modules/{module_id}")
async def show_module(programme_id: UUID, module_id: UUID, res: Res, response: Response) -> Module:
    """A module of a programme."""
    response.headers["ETag"] = await entity_tag(res.pool, module_id)
    return await service.existing_module(res.pool, programme_id, module_id)


@router.post("/{programme_id}/modules/{module_id}/correct")
async def correct_module(programme_id: UUID, module_id: UUID, body: CorrectModule, write: Write) -> ModuleReply:
    """Corrects what describes the module. Readers and figures follow; it is counted in the month of its publication."""
    return await write.run(
        partial(changes.correct_module, programme_id=programme_id, module_id=module_id),
        body,
        locks=[programme_id, module_id],
        reply=lambda module_id: ModuleReply(module_id=module_id),
    )
