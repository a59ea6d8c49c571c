"""Pages of materials: the form of a new one, its correction and its removal."""

from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile

from chassis.runtime.rejections import RejectedError, Rejection
from chassis.store.unit_of_work import UnitOfWork
from chassis.web.commands import Write
from chassis.web.forms import VERSION_FIELD, Form, choices
from chassis.web.pages import render
from chassis.web.texts import N_, _
from contracts.labels import LANGUAGES
from services.enrollment.corrections.service import history_of, values_of
from services.enrollment.materials import service
from services.enrollment.materials.commands import AddMaterial, CorrectMaterial, RemoveMaterial
from services.enrollment.materials.domain import ACCEPTED_TYPES, MOST_MATERIALS, Audience, RecognizedFile, recognize
from services.enrollment.materials.labels import AUDIENCES
from services.enrollment.materials.service import material_tag
from services.enrollment.programmes.labels import CONTENT_CORRECTION_REASONS
from services.enrollment.programmes.service import existing_programme, programme_in_full
from services.enrollment.resources import EnrollmentResources, Res

router = APIRouter(prefix="/programmes/{programme_id}/materials", include_in_schema=False)

ACCEPTED = ",".join(sorted(ACCEPTED_TYPES))
"""What a browser offers to choose from."""

NO_FILE = N_("Choose a file.")


@router.get("/new")
async def new_material(request: Request, programme_id: UUID, res: Res) -> Response:
    """The form of a material."""
    return await _new(request, res, programme_id, Form({"language": "es", "audience": Audience.EVERYBODY}))


@router.post("/new")
async def add_material(programme_id: UUID, res: Res, write: Write) -> Response:
    """Adds a file to a module."""

    async def add(unit: UnitOfWork, command: AddMaterial) -> UUID:
        file = await _sent_file(write.request)
        if file is None:
            raise RejectedError(Rejection("file_missing", NO_FILE, field="file"))
        return await service.add_material(unit, command, programme_id, file)

    return await write.submit(
        AddMaterial,
        add,
        locks=lambda _command: [programme_id],
        form=partial(_new, write.request, res, programme_id),
        done=lambda _id: (f"/programmes/{programme_id}", _("The material is added.")),
    )


@router.get("/{material_id}/correct")
async def new_material_correction(request: Request, programme_id: UUID, material_id: UUID, res: Res) -> Response:
    """The form with the material as it is stored."""
    version = await material_tag(res.pool, material_id)  # before what it is the version of
    material = await service.existing_material(res.pool, programme_id, material_id)
    return await _correction(
        request, res, programme_id, material_id, Form(values_of(material) | {VERSION_FIELD: version})
    )


@router.post("/{material_id}/correct")
async def correct_material(programme_id: UUID, material_id: UUID, res: Res, write: Write) -> Response:
    """Corrects the material, with another file if one was chosen."""

    async def correct(unit: UnitOfWork, command: CorrectMaterial) -> UUID:
        file = await _sent_file(write.request)
        return await service.correct_material(unit, command, programme_id, material_id, file)

    return await write.submit(
        CorrectMaterial,
        correct,
        locks=lambda _command: [programme_id],
        form=partial(_correction, write.request, res, programme_id, material_id),
        done=lambda _id: (f"/programmes/{programme_id}", _("The material is corrected.")),
        tag=partial(material_tag, material_id=material_id),
    )


@router.get("/{material_id}/remove")
async def new_removal(request: Request, programme_id: UUID, material_id: UUID, res: Res) -> Response:
    """What is removed, and the question for the reason."""
    version = await material_tag(res.pool, material_id)
    return await _removal(request, res, programme_id, material_id, Form({VERSION_FIELD: version}))


@router.post("/{material_id}/remove")
async def remove_material(programme_id: UUID, material_id: UUID, res: Res, write: Write) -> Response:
    """Removes the material for everybody."""
    return await write.submit(
        RemoveMaterial,
        partial(service.remove_material, programme_id=programme_id, material_id=material_id),
        locks=lambda _command: [programme_id],
        form=partial(_removal, write.request, res, programme_id, material_id),
        done=lambda _id: (f"/programmes/{programme_id}", _("The material is removed.")),
        tag=partial(material_tag, material_id=material_id),
    )


async def _sent_file(request: Request) -> RecognizedFile | None:
    """The file that the form sent, if it did. Raises `RejectedError` for one of another type."""
    file = (await request.form()).get("file")
    return recognize(await file.read()) if isinstance(file, UploadFile) and file.filename else None


async def _new(request: Request, res: EnrollmentResources, programme_id: UUID, form: Form[AddMaterial]) -> Response:
    programme = await programme_in_full(res.pool, programme_id)
    if form.errors and "file" not in form.files:  # a browser never sends a file again by itself
        form = replace(form, errors={"file": _(NO_FILE), **form.errors})
    return render(
        request,
        "materials/new.html",
        form.status,
        programme=programme,
        modules=[(str(one.module_id), f"{one.title} ({one.edition})") for one in programme.modules],
        languages=choices(LANGUAGES),
        audiences=choices(AUDIENCES),
        accepted=ACCEPTED,
        most=MOST_MATERIALS,
        form=form,
    )


async def _correction(
    request: Request, res: EnrollmentResources, programme_id: UUID, material_id: UUID, form: Form[CorrectMaterial]
) -> Response:
    return await _about(request, res, programme_id, material_id, "materials/correct.html", form)


async def _removal(
    request: Request, res: EnrollmentResources, programme_id: UUID, material_id: UUID, form: Form[RemoveMaterial]
) -> Response:
    return await _about(request, res, programme_id, material_id, "materials/remove.html", form)


async def _about(
    request: Request, res: EnrollmentResources, programme_id: UUID, material_id: UUID, template: str, form: Form[Any]
) -> Response:
    material = await service.existing_material(res.pool, programme_id, material_id)
    return render(
        request,
        template,
        form.status,
        programme=await existing_programme(res.pool, programme_id),
        material=material,
        languages=choices(LANGUAGES),
        audiences=choices(AUDIENCES),
        reasons=choices(CONTENT_CORRECTION_REASONS),
        corrections=await history_of(res, material.module_id),
        accepted=ACCEPTED,
        form=form,
    )
