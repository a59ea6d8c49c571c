"""Copies of a programme, such as for next year: its modules with materials, and by its event the rule of completion."""

from dataclasses import asdict
from uuid import UUID

from chassis.store.unit_of_work import UnitOfWork
from services.enrollment.materials.service import copy_materials, materials_of
from services.enrollment.programmes.commands import PublishModule, PublishProgramme
from services.enrollment.programmes.service import programme_in_full, publish_module, publish_programme


async def copy_programme(unit: UnitOfWork, command: PublishProgramme, source_id: UUID) -> UUID:
    """Announces a programme with the modules of another and returns its id. Idempotent.

    The caller holds the lock of the new programme. Raises `RejectedError` without the other, or if its code is taken.
    """
    source = await programme_in_full(unit.connection, source_id)
    programme_id = await publish_programme(unit, command, source_id)
    if not (await programme_in_full(unit.connection, programme_id)).modules:
        materials = await materials_of(unit.connection, source_id)
        for module in source.modules:
            content = {name: value for name, value in asdict(module).items() if name != "module_id"}
            module_id = await publish_module(unit, PublishModule(**content), programme_id)
            await copy_materials(unit, [one for one in materials if one.module_id == module.module_id], module_id)
    return programme_id
