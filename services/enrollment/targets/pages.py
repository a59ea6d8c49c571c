"""Pages of targets."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from chassis.web.access import SignedIn
from chassis.web.commands import Write
from chassis.web.forms import Form, Values, choices
from chassis.web.pages import render
from chassis.web.pagination import render_list
from chassis.web.texts import _
from chassis.web.views import View, view_of
from contracts.labels import INDICATORS, TARGET_STATUSES
from services.enrollment import fields
from services.enrollment.corrections.service import correction_form, history_of, values_of
from services.enrollment.programmes.service import programmes_to_choose
from services.enrollment.resources import EnrollmentResources, Res
from services.enrollment.targets import changes, service
from services.enrollment.targets.commands import CorrectTarget, SetTarget
from services.enrollment.targets.labels import TARGET_CORRECTION_REASONS, subgroup_choices
from services.enrollment.targets.service import (
    TARGETS,
    existing_target,
    period_name,
    place_name,
    programme_name,
    subgroup_name,
)

router = APIRouter(include_in_schema=False)


@router.get("/targets")
async def list_targets(
    request: Request,
    res: Res,
    _principal: SignedIn,
    view: Annotated[View, Depends(view_of(TARGETS, exports=True))],
) -> Response:
    """All targets."""
    return await render_list(request, "targets/list.html", await service.list_targets(res.pool, view))


@router.get("/targets/new")
async def new_target(
    request: Request, res: Res, programme_id: Annotated[UUID | None, Query(description="Whose target it is.")] = None
) -> Response:
    """The form of a target."""
    return await _new_target(request, res, Form({"programme_id": str(programme_id or "")}))


@router.post("/targets/new")
async def set_target(res: Res, write: Write) -> Response:
    """Sets a target."""
    return await write.submit(
        SetTarget,
        service.set_target,
        locks=lambda command: [command.target_id],
        form=partial(_new_target, write.request, res),
        done=lambda target_id: (f"/targets/{target_id}", _("The target is set.")),
    )


@router.get("/targets/{target_id}")
async def show_target(request: Request, target_id: UUID, res: Res, _principal: SignedIn) -> Response:
    """A target, and what was corrected of it."""
    target = await existing_target(res.pool, target_id)
    return render(
        request,
        "targets/one.html",
        target=target,
        indicator=INDICATORS[target.indicator],
        state=TARGET_STATUSES[target.status],
        programme=programme_name(target),
        period=period_name(target),
        place=place_name(target),
        group=subgroup_name(target),
        corrections=await history_of(res, target_id),
    )


@router.get("/targets/{target_id}/correct")
async def new_correction(request: Request, target_id: UUID, res: Res) -> Response:
    """The form with the target as it is stored."""
    form = await correction_form(res.pool, target_id, _stored(res, target_id))
    return await _correction(request, res, target_id, form)


@router.post("/targets/{target_id}/correct")
async def correct_target(target_id: UUID, res: Res, write: Write) -> Response:
    """Corrects the target, or withdraws it."""
    return await write.submit(
        CorrectTarget,
        partial(changes.correct_target, target_id=target_id),
        locks=lambda _command: [target_id],
        form=partial(_correction, write.request, res, target_id),
        done=lambda _id: (f"/targets/{target_id}", _("The target is corrected.")),
    )


async def _stored(res: EnrollmentResources, target_id: UUID) -> Values:
    return values_of(await existing_target(res.pool, target_id))


async def _new_target(request: Request, res: EnrollmentResources, form: Form[SetTarget]) -> Response:
    return render(request, "targets/new.html", form.status, form=form, **await _offered(res))


async def _correction(
    request: Request, res: EnrollmentResources, target_id: UUID, form: Form[CorrectTarget]
) -> Response:
    return render(
        request,
        "targets/correct.html",
        form.status,
        target=await existing_target(res.pool, target_id),
        statuses=choices(TARGET_STATUSES),
        reasons=choices(TARGET_CORRECTION_REASONS),
        corrections=await history_of(res, target_id),
        form=form,
        **await _offered(res),
    )


async def _offered(res: EnrollmentResources) -> dict[str, Any]:
    """What the fields of a target offer to choose from."""
    return {
        "indicators": choices(INDICATORS),
        "programmes": await programmes_to_choose(res.pool),
        "provinces": fields.provinces(),
        "districts": fields.districts(),
        "subgroups": subgroup_choices(),
    }
