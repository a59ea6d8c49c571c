"""Materials over JSON, and their files, which those may read for whom they are."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from chassis.web.commands import Write
from chassis.web.files import FILE_RESPONSES, AskedFile, serve
from chassis.web.problems import of_status
from services.enrollment.materials import service
from services.enrollment.materials.commands import (
    AddMaterial,
    CorrectMaterial,
    RemoveMaterial,
    ReplaceMaterial,
    UploadMaterial,
)
from services.enrollment.materials.domain import recognize
from services.enrollment.materials.service import Material, material_tag
from services.enrollment.programmes.service import existing_programme
from services.enrollment.resources import Res

router = APIRouter(prefix="/api", tags=["programmes"])


class MaterialReply(BaseModel):
    material_id: UUID


class Materials(BaseModel):
    """In the order of the modules. The file of each is at `/api/programmes/{programme_id}/materials/{material_id}/file`
    for the staff, and at `/api/public/materials/{material_id}` if it is for everybody."""

    materials: list[Material]


@router.get("/programmes/{programme_id}/materials")
async def list_materials(programme_id: UUID, res: Res) -> Materials:
    """The materials of the programme's modules."""
    await existing_programme(res.pool, programme_id)
    return Materials(materials=await service.materials_of(res.pool, programme_id))


@router.post("/programmes/{programme_id}/materials", status_code=201)
async def add_material(
    programme_id: UUID, body: Annotated[UploadMaterial, Form(media_type="multipart/form-data")], write: Write
) -> MaterialReply:
    """Adds a file to a module. Its type is recognized by its content, whatever its name."""
    command = AddMaterial(**body.model_dump(include=set(AddMaterial.model_fields)))
    return await write.run(
        partial(service.add_material, programme_id=programme_id, file=recognize(await body.file.read())),
        command,
        locks=[programme_id],
        reply=lambda material_id: MaterialReply(material_id=material_id),
    )


@router.get("/programmes/{programme_id}/materials/{material_id}")
async def show_material(programme_id: UUID, material_id: UUID, res: Res, response: Response) -> Material:
    """A material of the programme."""
    response.headers["ETag"] = await material_tag(res.pool, material_id)
    return await service.existing_material(res.pool, programme_id, material_id)


@router.get(
    "/programmes/{programme_id}/materials/{material_id}/file",
    response_class=StreamingResponse,
    responses=FILE_RESPONSES,
)
async def read_material(programme_id: UUID, material_id: UUID, res: Res, asked: AskedFile) -> Response:
    """The file of a material for the staff, whomever it is for."""
    material = await service.existing_material(res.pool, programme_id, material_id)
    return await serve(material.file, asked, partial(service.read_file, res.pool, material_id), is_public=False)


@router.post("/programmes/{programme_id}/materials/{material_id}/correct")
async def correct_material(
    programme_id: UUID,
    material_id: UUID,
    body: Annotated[ReplaceMaterial, Form(media_type="multipart/form-data")],
    write: Write,
) -> MaterialReply:
    """Corrects what is said of the file, and replaces it if another one is sent. What was there before is kept, without
    its content."""
    file = recognize(await body.file.read()) if body.file else None
    command = CorrectMaterial(**body.model_dump(include=set(CorrectMaterial.model_fields)))
    return await write.run(
        partial(service.correct_material, programme_id=programme_id, material_id=material_id, file=file),
        command,
        locks=[programme_id],
        reply=lambda material_id: MaterialReply(material_id=material_id),
        tag=partial(material_tag, material_id=material_id),
    )


@router.post("/programmes/{programme_id}/materials/{material_id}/remove")
async def remove_material(programme_id: UUID, material_id: UUID, body: RemoveMaterial, write: Write) -> MaterialReply:
    """Removes the material for everybody. Its content is not kept."""
    return await write.run(
        partial(service.remove_material, programme_id=programme_id, material_id=material_id),
        body,
        locks=[programme_id],
        reply=lambda material_id: MaterialReply(material_id=material_id),
        tag=partial(material_tag, material_id=material_id),
    )


@router.get("/public/materials/{material_id}", response_class=StreamingResponse, responses=FILE_RESPONSES)
async def show_file(material_id: UUID, res: Res, asked: AskedFile) -> Response:
    """The file of a material that is for everybody, with the type of its content."""
    file = await service.public_file(res.pool, material_id)
    if file is None:
        raise of_status(404)
    return await serve(file, asked, partial(service.read_file, res.pool, material_id))
