"""Materials of modules. A write works in the caller's transaction, under the lock of the programme."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.runtime.rejections import Kind, RejectedError, Rejection
from chassis.store.database import Connection, Pool
from chassis.store.identifiers import new_id
from chassis.store.queries import queries
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.file_types import FileType
from chassis.web.files import CHUNK_BYTES, StoredFile
from chassis.web.inputs import already_created
from chassis.web.tables import Column, Table
from chassis.web.texts import N_
from contracts.labels import LANGUAGES
from services.enrollment.corrections.service import keep
from services.enrollment.materials.commands import AddMaterial, CorrectMaterial, RemoveMaterial
from services.enrollment.materials.domain import FOR_ENROLLED, Audience, RecognizedFile, check_room
from services.enrollment.materials.labels import AUDIENCES, FILE_TYPES, size_label
from services.enrollment.programmes.service import existing_module
from services.enrollment.settings import PREFIX

sql = queries(__package__)

_DESCRIBED = ("title", "language", "audience", "file_type", "sha256", "size")


@dataclass(frozen=True, slots=True)
class Material:
    """A file of a module, whose title is in `module`. The hash is SHA-256, hexadecimal; the size is in bytes."""

    material_id: UUID
    programme_id: UUID
    module_id: UUID
    module: str
    title: str
    language: str
    file_type: FileType
    sha256: str
    size: int
    audience: Audience
    added_at: datetime

    @property
    def address(self) -> str:
        """Where the file is read in this service: by everybody, or by the staff."""
        if self.audience is Audience.EVERYBODY:
            return f"/api/public/materials/{self.material_id}"
        return f"/api/programmes/{self.programme_id}/materials/{self.material_id}/file"

    @property
    def file(self) -> StoredFile:
        """What is known of the file."""
        return StoredFile(self.title, self.file_type, self.sha256, self.size)


@dataclass(frozen=True, slots=True)
class _StoredMaterial(Material):
    removed_at: datetime | None


def _size(material: Material) -> str:
    return size_label(material.size)


MATERIALS = Table(
    "materials",
    N_("Materials"),
    key="material_id",
    order="added_at",
    columns=(
        Column("title", N_("Title"), link=f"{PREFIX}{{row.address}}"),
        Column("module", N_("Module")),
        Column("language", N_("Language"), labels=LANGUAGES),
        Column("file_type", N_("File"), labels=FILE_TYPES),
        Column("size", N_("Size"), read=_size),
        Column("audience", N_("For whom"), labels=AUDIENCES),
        Column("added_at", N_("Added"), "date"),
    ),
)
MATERIALS_WITH_ACTIONS = replace(
    MATERIALS, columns=(*MATERIALS.columns, Column("actions", N_("Correction"), "action", sortable=False))
)
"""The materials as the coordinator sees them."""


async def materials_of(connection: Connection | Pool, programme_id: UUID) -> list[Material]:
    """Returns the materials of the programme's modules, in the order of the modules."""
    return await sql.materials_of_programme.all(connection, Material, programme_id=programme_id)


async def existing_material(connection: Connection | Pool, programme_id: UUID, material_id: UUID) -> Material:
    """Returns the material. Raises `RejectedError` if the programme has none such, or if it was removed."""
    stored = await _stored(connection, programme_id, material_id)
    if stored.removed_at:
        raise RejectedError(_UNKNOWN)
    return stored


async def material_tag(connection: Connection | Pool, material_id: UUID) -> str:
    """Returns the entity tag of the material."""
    return f'"{await sql.material_version.value(connection, material_id=material_id) or 0}"'


async def add_material(unit: UnitOfWork, command: AddMaterial, programme_id: UUID, file: RecognizedFile) -> UUID:
    """Adds the file to the module and returns the id of the material. Idempotent.

    Raises `RejectedError` if the programme has no such module, or if the module has as many materials as it can.
    """
    module = await existing_module(unit.connection, programme_id, command.module_id)
    stored = await sql.material.first(unit.connection, _StoredMaterial, material_id=command.material_id)
    if already_created(stored, command, programme_id=programme_id, sha256=file.sha256):
        return command.material_id
    others = await materials_of(unit.connection, programme_id)
    check_room([one for one in others if one.module_id == module.module_id])
    await sql.add_material.execute(unit.connection, **command.model_dump(), **_described(file), added_at=unit.now)
    await sql.add_file.execute(unit.connection, material_id=command.material_id, content=file.content)
    return command.material_id


async def correct_material(
    unit: UnitOfWork, command: CorrectMaterial, programme_id: UUID, material_id: UUID, file: RecognizedFile | None
) -> UUID:
    """Corrects the material, with another file if one is given, and returns its id. Idempotent.

    Raises `RejectedError` without the material.
    """
    former = await existing_material(unit.connection, programme_id, material_id)
    described = command.model_dump(exclude={"reason"}, exclude_none=True) | (_described(file) if file else {})
    corrected = replace(former, **described)
    if corrected == former:
        return material_id
    values = {name: getattr(corrected, name) for name in _DESCRIBED}
    await sql.correct_material.execute(unit.connection, material_id=material_id, **values)
    if file:
        await sql.add_file.execute(unit.connection, material_id=material_id, content=file.content)
    before, now = {"material": _written(former)}, {"material": _written(corrected)}
    await keep(unit, former.module_id, command.reason, before, now)
    return material_id


async def remove_material(unit: UnitOfWork, command: RemoveMaterial, programme_id: UUID, material_id: UUID) -> UUID:
    """Removes the material with its file and returns its id. Idempotent. Raises `RejectedError` without it."""
    stored = await _stored(unit.connection, programme_id, material_id)
    if stored.removed_at is None:
        await sql.remove_material.execute(unit.connection, material_id=material_id, removed_at=unit.now)
        await keep(unit, stored.module_id, command.reason, {"material": _written(stored)}, {"material": None})
    return material_id


async def copy_materials(unit: UnitOfWork, materials: Sequence[Material], module_id: UUID) -> None:
    """Copies the materials to another module."""
    for one in materials:
        copy = {"copy_id": new_id(), "module_id": module_id, "added_at": unit.now}
        await sql.copy_material.execute(unit.connection, material_id=one.material_id, **copy)


async def public_file(pool: Pool, material_id: UUID) -> StoredFile | None:
    """Returns what is known of the file; None if there is none such that everybody may read."""
    return await sql.public_material.first(pool, StoredFile, material_id=material_id)


async def materials_of_people(pool: Pool, person_ids: Sequence[UUID]) -> list[Material]:
    """Returns what these records of a person may read of the programmes in which they have a seat."""
    return await sql.materials_of_people.all(pool, Material, person_ids=person_ids, audiences=list(FOR_ENROLLED))


async def read_file(pool: Pool, material_id: UUID, start: int, end: int) -> AsyncIterator[bytes]:
    """Yields the bytes from `start` to `end`, end exclusive, in chunks; fewer if the file is removed meanwhile."""
    for at in range(start, end, CHUNK_BYTES):
        length = min(CHUNK_BYTES, end - at)
        yield await sql.part_of_file.value(pool, material_id=material_id, first=at + 1, length=length) or b""


async def _stored(connection: Connection | Pool, programme_id: UUID, material_id: UUID) -> _StoredMaterial:
    stored = await sql.material.first(connection, _StoredMaterial, material_id=material_id)
    if stored is None or stored.programme_id != programme_id:
        raise RejectedError(_UNKNOWN)
    return stored


def _described(file: RecognizedFile) -> dict[str, str | int]:
    return {"file_type": file.file_type, "sha256": file.sha256, "size": file.size}


def _written(material: Material) -> list[str]:
    """What the history keeps of a material: its title, language, type, size in bytes, hash and for whom it is."""
    described = (material.title, material.language, material.file_type, str(material.size), material.sha256)
    return [*described, material.audience]


_UNKNOWN = Rejection("material_unknown", N_("This programme has no such material."), Kind.MISSING, field="material_id")
