"""Pages of programmes and their modules."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from chassis.web.commands import Write
from chassis.web.forms import Form, Values, choices
from chassis.web.pages import render
from chassis.web.pagination import all_rows, render_list
from chassis.web.texts import _
from chassis.web.views import View, view_of
from contracts.labels import LANGUAGES, MECHANISMS
from services.enrollment.programmes import service
from services.enrollment.programmes.commands import PublishModule, PublishProgramme
from services.enrollment.programmes.service import MODULES, PROGRAMMES
from services.enrollment.resources import EnrollmentResources, Res

router = APIRouter(include_in_schema=False)

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
async def show_programme(request: Request, programme_id: UUID, res: Res) -> Response:
    """A programme and what it teaches."""
    return await _programme(request, res, programme_id, Form(NEW_MODULE))


@router.post("/programmes/{programme_id}/modules")
async def publish_module(programme_id: UUID, res: Res, write: Write) -> Response:
    """Publishes a module."""
    return await write.submit(
        PublishModule,
        partial(service.publish_module, programme_id=programme_id),
        locks=lambda command: [command.module_id],
        form=partial(_programme, write.request, res, programme_id),
        done=lambda _module_id: (f"/programmes/{programme_id}", _("The module is published.")),
    )


async def _new_programme(request: Request, form: Form[PublishProgramme]) -> Response:
    return render(request, "programmes/new.html", form.status, form=form)


async def _programme(
    request: Request, res: EnrollmentResources, programme_id: UUID, form: Form[PublishModule]
) -> Response:
    programme = await service.programme_in_full(res.pool, programme_id)
    return render(
        request,
        "programmes/one.html",
        form.status,
        programme=programme,
        modules=all_rows(MODULES, programme.modules),
        mechanisms=choices(MECHANISMS),
        languages=choices(LANGUAGES),
        form=form,
    )
