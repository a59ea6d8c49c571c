"""Pages of organizations and their members."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent
from chassis.web.pages import render, see_other
from chassis.web.problems import Problem
from chassis.web.texts import _
from contracts import territory
from services.enrollment import directory, reach
from services.enrollment.api.dependencies import Coordinator, Follower, Res
from services.enrollment.organizations import RegisterOrganization, register_organization, sql
from services.enrollment.pages import words

router = APIRouter(include_in_schema=False)


@router.get("/organizations")
async def organizations(request: Request, res: Res, principal: Follower) -> Response:
    """The organizations; a delegate sees their own."""
    rows = await res.pool.fetch(sql.organizations.text, reach.organization_of(principal))
    return render(
        request,
        "organizations.html",
        organizations=rows,
        types=words.ORGANIZATION_TYPES,
        districts=territory.districts(),
    )


@router.get("/organizations/new")
async def new_organization(request: Request, coordinator: Coordinator) -> Response:
    """The form of an organization."""
    return _new(request, Form())


@router.post("/organizations")
async def register(request: Request, res: Res, once: Idempotent, coordinator: Coordinator) -> Response:
    """Registers an organization."""
    form = await read_form(request, RegisterOrganization)
    if form.command is None:
        return _new(request, form)
    try:
        async with once.transaction(res.pool, form.command.organization_id) as connection:
            await register_organization(connection, form.command, datetime.now(UTC))
            next_page = see_other(request, "/organizations", _("The organization is registered."))
            return await once.keep(connection, next_page)
    except Problem as problem:
        return _new(request, form.refused(problem))


@router.get("/organizations/{organization_id}")
async def members(request: Request, organization_id: UUID, res: Res, principal: Follower) -> Response:
    """Who enrolled for the organization."""
    await reach.check_organization(res.pool, principal, organization_id)
    return render(
        request,
        "organization.html",
        organization=await res.pool.fetchrow(sql.organization.text, organization_id),
        entries=await directory.of_organization(res, organization_id),
        statuses=words.STATUSES,
    )


def _new(request: Request, form: Form[RegisterOrganization]) -> Response:
    return render(
        request,
        "organization_new.html",
        form.status,
        types=words.choices(words.ORGANIZATION_TYPES)[:-2],
        districts=words.districts(),
        values=form.values,
        errors=form.errors,
    )
