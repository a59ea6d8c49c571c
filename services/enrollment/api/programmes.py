"""Programmes and their modules."""

from datetime import UTC, date, datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from chassis.web.idempotency import Idempotent
from chassis.web.pagination import Listing
from contracts.enrollment import Mechanism
from services.enrollment.api.dependencies import Coordinator, Observer, Res
from services.enrollment.programmes import (
    PublishModule,
    PublishProgramme,
    no_programme,
    publish_module,
    publish_programme,
    sql,
)

router = APIRouter(prefix="/api/programmes", tags=["programmes"])


class ProgrammeMade(BaseModel):
    programme_id: UUID


class ModuleMade(BaseModel):
    module_id: UUID


class ModuleView(BaseModel):
    module_id: UUID
    title: str
    mechanism: Mechanism
    hours: int
    edition: int
    languages: list[str]


class ProgrammeView(BaseModel):
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
async def publish(body: PublishProgramme, res: Res, once: Idempotent, _: Coordinator) -> ProgrammeMade:
    """Announces a programme."""
    async with once.transaction(res.pool, body.programme_id) as connection:
        await publish_programme(connection, body, datetime.now(UTC))
        return await once.keep(connection, ProgrammeMade(programme_id=body.programme_id))


@router.get("")
async def programmes(res: Res, _: Observer) -> Programmes:
    """All programmes, the newest first."""
    rows = await res.pool.fetch(sql.programmes.text)
    return Programmes(programmes=[ProgrammeView.model_validate(dict(row)) for row in rows])


@router.get("/{programme_id}")
async def programme(programme_id: UUID, res: Res, _: Observer) -> ProgrammeInFull:
    """A programme with its modules."""
    row = await res.pool.fetchrow(sql.programme.text, programme_id)
    if row is None:
        raise no_programme()
    modules = await res.pool.fetch(sql.modules_of_programme.text, programme_id)
    return ProgrammeInFull.model_validate({**row, "modules": [dict(module) for module in modules]})


@router.post("/{programme_id}/modules", status_code=201)
async def publish_a_module(
    programme_id: UUID, body: PublishModule, res: Res, once: Idempotent, _: Coordinator
) -> ModuleMade:
    """Publishes a module of a programme."""
    async with once.transaction(res.pool, body.module_id) as connection:
        await publish_module(connection, programme_id, body, datetime.now(UTC))
        return await once.keep(connection, ModuleMade(module_id=body.module_id))
