"""Pages of cohorts: how their seats stand, who facilitates them, who enrolled."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.store.database import Row
from chassis.web.auth.principal import Principal
from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent
from chassis.web.pages import render, see_other
from chassis.web.problems import Problem
from chassis.web.texts import _
from contracts import territory
from services.enrollment import directory, reach
from services.enrollment.api.dependencies import Coordinator, Observer, Res
from services.enrollment.cohorts import (
    AssignFacilitator,
    OpenCohort,
    assign,
    close_cohort,
    no_cohort,
    open_cohort,
    sql,
    unassign,
)
from services.enrollment.pages import words
from services.enrollment.resources import EnrollmentResources
from services.enrollment.seats import seat_lock

router = APIRouter(include_in_schema=False)


@router.get("/cohorts")
async def cohorts(request: Request, res: Res, principal: Observer) -> Response:
    """The cohorts; a facilitator's are their own."""
    rows = await res.pool.fetch(sql.cohorts.text, reach.facilitator_of(principal), None, None)
    return render(request, "cohorts.html", cohorts=rows, provinces=territory.provinces())


@router.get("/cohorts/new")
async def new_cohort(request: Request, res: Res, coordinator: Coordinator) -> Response:
    """The form of a cohort."""
    return await _new(request, res, Form(dict(request.query_params)))


@router.post("/cohorts")
async def open_one(request: Request, res: Res, once: Idempotent, coordinator: Coordinator) -> Response:
    """Opens a cohort."""
    form = await read_form(request, OpenCohort)
    if form.command is None:
        return await _new(request, res, form)
    try:
        async with once.transaction(res.pool, form.command.cohort_id) as connection:
            await open_cohort(connection, form.command, datetime.now(UTC))
            next_page = see_other(request, f"/cohorts/{form.command.cohort_id}", _("The cohort is open."))
            return await once.keep(connection, next_page)
    except Problem as problem:
        return await _new(request, res, form.refused(problem))


@router.get("/cohorts/{cohort_id}")
async def cohort(request: Request, cohort_id: UUID, res: Res, principal: Observer) -> Response:
    """A cohort with its seats, its facilitators and, for who may see names, everybody who enrolled."""
    return await _cohort(request, res, principal, cohort_id, Form())


@router.post("/cohorts/{cohort_id}/close")
async def close(request: Request, cohort_id: UUID, res: Res, once: Idempotent, coordinator: Coordinator) -> Response:
    """The cohort takes no more enrollments."""
    async with once.transaction(res.pool, cohort_id, seat_lock(cohort_id)) as connection:
        await close_cohort(connection, cohort_id, datetime.now(UTC))
        return await once.keep(connection, see_other(request, f"/cohorts/{cohort_id}", _("The cohort is closed.")))


@router.post("/cohorts/{cohort_id}/facilitators")
async def assign_facilitator(
    request: Request, cohort_id: UUID, res: Res, once: Idempotent, coordinator: Coordinator
) -> Response:
    """Gives the cohort to a facilitator."""
    form = await read_form(request, AssignFacilitator)
    if form.command is None:
        return await _cohort(request, res, coordinator, cohort_id, form)
    async with once.transaction(res.pool, cohort_id) as connection:
        await assign(connection, cohort_id, form.command.facilitator_id, datetime.now(UTC))
        return await once.keep(connection, see_other(request, f"/cohorts/{cohort_id}", _("The cohort is assigned.")))


@router.post("/cohorts/{cohort_id}/facilitators/{facilitator_id}/remove")
async def unassign_facilitator(
    request: Request, cohort_id: UUID, facilitator_id: str, res: Res, once: Idempotent, coordinator: Coordinator
) -> Response:
    """Takes the cohort from a facilitator."""
    async with once.transaction(res.pool, cohort_id) as connection:
        await unassign(connection, cohort_id, facilitator_id, datetime.now(UTC))
        next_page = see_other(request, f"/cohorts/{cohort_id}", _("The cohort is no longer assigned to them."))
        return await once.keep(connection, next_page)


async def cohort_in_reach(res: EnrollmentResources, principal: Principal, cohort_id: UUID) -> Row:
    """The cohort with its seats. Raises a 404 unless it is there and this person's to see."""
    row = await res.pool.fetchrow(sql.cohorts.text, reach.facilitator_of(principal), None, cohort_id)
    if row is None:
        raise no_cohort()
    return row


async def _cohort(
    request: Request,
    res: EnrollmentResources,
    principal: Principal,
    cohort_id: UUID,
    form: Form[AssignFacilitator],
) -> Response:
    row = await cohort_in_reach(res, principal, cohort_id)
    sees_names = not principal.roles.isdisjoint({"coordinator", "facilitator"})
    return render(
        request,
        "cohort.html",
        form.status,
        cohort=row,
        province=territory.provinces()[row["province"]],
        entries=await directory.of_cohort(res, cohort_id) if sees_names else None,
        statuses=words.STATUSES,
        values=form.values,
        errors=form.errors,
    )


async def _new(request: Request, res: EnrollmentResources, form: Form[OpenCohort]) -> Response:
    programmes = [(str(row["programme_id"]), row["title"]) for row in await res.pool.fetch(sql.programmes.text)]
    return render(
        request,
        "cohort_new.html",
        form.status,
        programmes=programmes,
        provinces=words.provinces(),
        values=form.values,
        errors=form.errors,
    )
