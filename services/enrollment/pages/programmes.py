"""Pages of programmes and modules."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent
from chassis.web.pages import render, see_other
from chassis.web.problems import Problem
from chassis.web.texts import _
from services.enrollment.api.dependencies import Coordinator, Observer, Res
from services.enrollment.pages import words
from services.enrollment.programmes import (
    PublishModule,
    PublishProgramme,
    no_programme,
    publish_module,
    publish_programme,
    sql,
)
from services.enrollment.resources import EnrollmentResources

router = APIRouter(include_in_schema=False)


@router.get("/programmes")
async def programmes(request: Request, res: Res, principal: Observer) -> Response:
    """All programmes."""
    return render(request, "programmes.html", programmes=await res.pool.fetch(sql.programmes.text))


@router.get("/programmes/new")
async def new_programme(request: Request, coordinator: Coordinator) -> Response:
    """The form of a programme."""
    return _new(request, Form())


@router.post("/programmes")
async def publish(request: Request, res: Res, once: Idempotent, coordinator: Coordinator) -> Response:
    """Announces a programme."""
    form = await read_form(request, PublishProgramme)
    if form.command is None:
        return _new(request, form)
    try:
        async with once.transaction(res.pool, form.command.programme_id) as connection:
            await publish_programme(connection, form.command, datetime.now(UTC))
            next_page = see_other(request, f"/programmes/{form.command.programme_id}", _("The programme is published."))
            return await once.keep(connection, next_page)
    except Problem as problem:
        return _new(request, form.refused(problem))


@router.get("/programmes/{programme_id}")
async def programme(request: Request, programme_id: UUID, res: Res, principal: Observer) -> Response:
    """A programme and what it teaches."""
    return await _programme(request, res, programme_id, Form())


@router.post("/programmes/{programme_id}/modules")
async def publish_a_module(
    request: Request, programme_id: UUID, res: Res, once: Idempotent, coordinator: Coordinator
) -> Response:
    """Publishes a module."""
    form = await read_form(request, PublishModule)
    if form.command is None:
        return await _programme(request, res, programme_id, form)
    try:
        async with once.transaction(res.pool, form.command.module_id) as connection:
            await publish_module(connection, programme_id, form.command, datetime.now(UTC))
            next_page = see_other(request, f"/programmes/{programme_id}", _("The module is published."))
            return await once.keep(connection, next_page)
    except Problem as problem:
        return await _programme(request, res, programme_id, form.refused(problem))


def _new(request: Request, form: Form[PublishProgramme]) -> Response:
    return render(request, "programme_new.html", form.status, values=form.values, errors=form.errors)


async def _programme(
    request: Request, res: EnrollmentResources, programme_id: UUID, form: Form[PublishModule]
) -> Response:
    programme = await res.pool.fetchrow(sql.programme.text, programme_id)
    if programme is None:
        raise no_programme()
    return render(
        request,
        "programme.html",
        form.status,
        programme=programme,
        modules=await res.pool.fetch(sql.modules_of_programme.text, programme_id),
        mechanisms=words.choices(words.MECHANISMS),
        languages=words.choices(words.LANGUAGES),
        values=form.values,
        errors=form.errors,
    )
