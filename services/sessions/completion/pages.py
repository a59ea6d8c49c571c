"""The coordinator's page of a programme's completion rule."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.web.commands import Write
from chassis.web.forms import Form
from chassis.web.pages import render
from chassis.web.texts import _
from services.sessions.completion import service
from services.sessions.completion.commands import PublishRule
from services.sessions.replicas import service as replicas
from services.sessions.replicas.service import Programme
from services.sessions.resources import Res

router = APIRouter(include_in_schema=False)


@router.get("/programmes/{programme_id}/rule")
async def show_rule(request: Request, programme_id: UUID, res: Res) -> Response:
    programme = await replicas.wait_for_programme(res.pool, programme_id)
    return await _rule(request, res, programme, Form())


@router.post("/programmes/{programme_id}/rule")
async def publish_rule(programme_id: UUID, res: Res, write: Write) -> Response:
    programme = await replicas.wait_for_programme(res.pool, programme_id)
    locks = await service.locks_of_rule(res.pool, programme_id)
    return await write.submit(
        PublishRule,
        partial(service.publish_rule, programme_id=programme_id),
        locks=lambda command: locks,
        form=partial(_rule, write.request, res, programme),
        done=lambda rule: (f"/programmes/{programme_id}/rule", _("The rule holds.")),
    )


async def _rule(request: Request, res: Res, programme: Programme, form: Form[PublishRule]) -> Response:
    return render(
        request,
        "completion/rule.html",
        form.status,
        form=form,
        programme=programme,
        rules=await service.rules_of_programme(res.pool, programme.programme_id),
    )
