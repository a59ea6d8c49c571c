"""Pages of programmes and their modules."""

from dataclasses import replace
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis.web.access import SignedIn
from chassis.web.auth.principal import Principal
from chassis.web.commands import Write
from chassis.web.forms import Form, Values, choices
from chassis.web.pages import render
from chassis.web.pagination import all_rows, render_list
from chassis.web.texts import _
from chassis.web.views import View, view_of
from contracts.labels import LANGUAGES, MECHANISMS
from services.enrollment.corrections.service import (
    CORRECTIONS_OF_PROGRAMME,
    correction_form,
    history,
    history_of,
    values_of,
)
from services.enrollment.materials.service import MATERIALS, MATERIALS_WITH_ACTIONS, materials_of
from services.enrollment.programmes import changes, copies, service
from services.enrollment.programmes.commands import CorrectModule, CorrectProgramme, PublishModule, PublishProgramme
from services.enrollment.programmes.domain import a_year_later, code_for_year
from services.enrollment.programmes.labels import CONTENT_CORRECTION_REASONS
from services.enrollment.programmes.service import MODULES, MODULES_WITH_ACTIONS, PROGRAMMES
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.staff import service as staff

router = APIRouter(include_in_schema=False)

PROGRAMME_FIELDS = {"code", "title", "starts_on", "ends_on"}
"""What a form says of a programme."""

NEW_MODULE: Values = {"edition": "1", "languages": "es", "required_sessions": "1"}
"""What the form of a new module begins with."""


@router.get("/programmes")
async def list_programmes(
    request: Request, res: Res, view: Annotated[View, Depends(view_of(PROGRAMMES, exports=True))]
) -> Response:
    """All programmes."""
    return await render_list(request, "programmes/list.html", await service.list_programmes(res.pool, view))


@router.get("/programmes/new")
async def new_programme(request: Request) -> Response:
    """The form of a programme."""
    return await _new_programme(request, Form())


@router.post("/programmes/new")
async def publish_programme(write: Write) -> Response:
    """Announces a programme."""
    return await write.submit(
        PublishProgramme,
        service.publish_programme,
        locks=lambda command: [command.programme_id],
        form=partial(_new_programme, write.request),
        done=lambda programme_id: (f"/programmes/{programme_id}", _("The programme is published.")),
    )


@router.get("/programmes/{programme_id}")
async def show_programme(request: Request, programme_id: UUID, res: Res, principal: SignedIn) -> Response:
    """A programme and what it teaches."""
    return await _programme(request, res, principal, programme_id, Form(NEW_MODULE))


@router.get("/programmes/{programme_id}/correct")
async def new_correction(request: Request, programme_id: UUID, res: Res) -> Response:
    """The form with the programme as it is stored."""
    form = await correction_form(res.pool, programme_id, _stored(res, programme_id))
    return await _correction(request, res, programme_id, form)


@router.post("/programmes/{programme_id}/correct")
async def correct_programme(programme_id: UUID, res: Res, write: Write) -> Response:
    """Corrects the programme."""
    return await write.submit(
        CorrectProgramme,
        partial(changes.correct_programme, programme_id=programme_id),
        locks=lambda _command: [programme_id],
        form=partial(_correction, write.request, res, programme_id),
        done=lambda programme_id: (f"/programmes/{programme_id}", _("The programme is corrected.")),
    )


@router.post("/programmes/{programme_id}/modules")
async def publish_module(programme_id: UUID, res: Res, write: Write) -> Response:
    """Publishes a module."""
    return await write.submit(
        PublishModule,
        partial(service.publish_module, programme_id=programme_id),
        locks=lambda command: [command.module_id],
        form=partial(_programme, write.request, res, write.principal, programme_id),
        done=lambda _module_id: (f"/programmes/{programme_id}", _("The module is published.")),
    )


@router.get("/programmes/{programme_id}/copy")
async def new_copy(request: Request, programme_id: UUID, res: Res) -> Response:
    """What is copied, and the form with what is proposed for the next year."""
    source = await service.existing_programme(res.pool, programme_id)
    starts_on, ends_on = a_year_later(source.starts_on), a_year_later(source.ends_on)
    proposed = replace(source, code=code_for_year(source.code, starts_on.year), starts_on=starts_on, ends_on=ends_on)
    values = {name: value for name, value in values_of(proposed).items() if name in PROGRAMME_FIELDS}
    return await _copy(request, res, programme_id, Form(values))


@router.post("/programmes/{programme_id}/copy")
async def copy_programme(programme_id: UUID, res: Res, write: Write) -> Response:
    """Announces a copy of the programme."""
    return await write.submit(
        PublishProgramme,
        partial(copies.copy_programme, source_id=programme_id),
        locks=lambda command: [command.programme_id],
        form=partial(_copy, write.request, res, programme_id),
        done=lambda copy: (f"/programmes/{copy}", _("The programme is copied.")),
    )


@router.get("/programmes/{programme_id}/modules/{module_id}/correct")
async def new_module_correction(request: Request, programme_id: UUID, module_id: UUID, res: Res) -> Response:
    """The form with the module as it is stored."""
    form = await correction_form(res.pool, module_id, _stored(res, programme_id, module_id))
    return await _module_correction(request, res, programme_id, module_id, form)


@router.post("/programmes/{programme_id}/modules/{module_id}/correct")
async def correct_module(programme_id: UUID, module_id: UUID, res: Res, write: Write) -> Response:
    """Corrects a module."""
    return await write.submit(
        CorrectModule,
        partial(changes.correct_module, programme_id=programme_id, module_id=module_id),
        locks=lambda _command: [programme_id, module_id],
        form=partial(_module_correction, write.request, res, programme_id, module_id),
        done=lambda _module_id: (f"/programmes/{programme_id}", _("The module is corrected.")),
    )


async def _new_programme(request: Request, form: Form[PublishProgramme]) -> Response:
    return render(request, "programmes/new.html", form.status, form=form)


async def _programme(
    request: Request,
    res: EnrollmentResources,
    principal: Principal,
    programme_id: UUID,
    form: Form[PublishModule],
) -> Response:
    programme = await service.programme_in_full(res.pool, programme_id)
    corrections = await changes.corrections_of_programme(res.pool, programme_id)
    return render(
        request,
        "programmes/one.html",
        form.status,
        programme=programme,
        modules=all_rows(MODULES_WITH_ACTIONS if "coordinator" in principal.roles else MODULES, programme.modules),
        materials=all_rows(
            MATERIALS_WITH_ACTIONS if "coordinator" in principal.roles else MATERIALS,
            await materials_of(res.pool, programme_id),
        ),
        corrections=history(corrections, await staff.names(res), CORRECTIONS_OF_PROGRAMME),
        mechanisms=choices(MECHANISMS),
        languages=choices(LANGUAGES),
        form=form,
    )


async def _correction(
    request: Request, res: EnrollmentResources, programme_id: UUID, form: Form[CorrectProgramme]
) -> Response:
    return render(
        request,
        "programmes/correct.html",
        form.status,
        programme=await service.existing_programme(res.pool, programme_id),
        reasons=choices(CONTENT_CORRECTION_REASONS),
        corrections=await history_of(res, programme_id),
        form=form,
    )


async def _copy(
    request: Request, res: EnrollmentResources, programme_id: UUID, form: Form[PublishProgramme]
) -> Response:
    return render(
        request,
        "programmes/copy.html",
        form.status,
        programme=await service.programme_in_full(res.pool, programme_id),
        form=form,
    )


async def _module_correction(
    request: Request, res: EnrollmentResources, programme_id: UUID, module_id: UUID, form: Form[CorrectModule]
) -> Response:
    return render(
        request,
        "programmes/correct_module.html",
        form.status,
        programme=await service.existing_programme(res.pool, programme_id),
        module=await service.existing_module(res.pool, programme_id, module_id),
        mechanisms=choices(MECHANISMS),
        languages=choices(LANGUAGES),
        reasons=choices(CONTENT_CORRECTION_REASONS),
        corrections=await history_of(res, module_id),
        form=form,
    )


async def _stored(res: EnrollmentResources, programme_id: UUID, module_id: UUID | None = None) -> Values:
    """What a form shows of the programme, or of its module: learning outcomes are lines of one text."""
    if module_id is None:
        return values_of(await service.existing_programme(res.pool, programme_id))
    module = await service.existing_module(res.pool, programme_id, module_id)
    return values_of(module) | {"learning_outcomes": "\n".join(module.learning_outcomes)}
