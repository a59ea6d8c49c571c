"""Programmes and their modules over JSON."""

from datetime import date
from functools import partial
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from chassis.web.pagination import Listing
from contracts.enrollment import Mechanism
from services.enrollment.programmes import service
from services.enrollment.programmes.commands import PublishModule, PublishProgramme
from services.enrollment.resources import Res
from services.enrollment.visibility import CoordinatorWrites, Observer

router = APIRouter(prefix="/api/programmes", tags=["programmes"])


class ProgrammeReply(BaseModel):
    programme_id: UUID


class ModuleReply(BaseModel):
    module_id: UUID


class ModuleView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    module_id: UUID
    title: str
    mechanism: Mechanism
    hours: int
    edition: int
    languages: list[str]


class ProgrammeView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    programme_id: UUID
    code: str
    title: str
    starts_on: date
    ends_on: date


class Programmes(Listing):
    programmes: list[ProgrammeView]


class ProgrammeInFull(ProgrammeView):
    modules: list[ModuleView]


@router.post("", status_code=201)
async def publish_programme(body: PublishProgramme, write: CoordinatorWrites) -> ProgrammeReply:
    """Announces a programme."""
    return await write.run(
        service.publish_programme,
        body,
        locks=[body.programme_id],
        reply=lambda programme_id: ProgrammeReply(programme_id=programme_id),
    )


@router.get("")
async def list_programmes(res: Res, _: Observer) -> Programmes:
    """All programmes, the newest first."""
    found = await service.list_programmes(res.pool)
    return Programmes(programmes=[ProgrammeView.model_validate(one) for one in found])


@router.get("/{programme_id}")
async def show_programme(programme_id: UUID, res: Res, _: Observer) -> ProgrammeInFull:
    """A programme with its modules."""
    programme = ProgrammeView.model_validate(await service.existing_programme(res.pool, programme_id))
    modules = [ModuleView.model_validate(one) for one in await service.modules_of(res.pool, programme_id)]
    return ProgrammeInFull(**programme.model_dump(), modules=modules)


@router.post("/{programme_id}/modules", status_code=201)
async def publish_module(programme_id: UUID, body: PublishModule, write: CoordinatorWrites) -> ModuleReply:
    """Publishes a module of a programme."""
    return await write.run(
        partial(service.publish_module, programme_id=programme_id),
        body,
        locks=[body.module_id],
        reply=lambda module_id: ModuleReply(module_id=module_id),
    )
