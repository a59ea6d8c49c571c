"""The coordinator's page of a programme's rule of completion, and what waits for a decision."""

from datetime import UTC, datetime
from uuid import UUID

from fastapi import APIRouter, Request, Response

from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent
from chassis.web.pages import see_other
from chassis.web.texts import _
from services.sessions import completing, hearing
from services.sessions.api.completion import subjects_of_rule
from services.sessions.api.dependencies import Coordinator, Reader, Res, only_own, sql
from services.sessions.commands import PublishRule
from services.sessions.pages.words import page

router = APIRouter(include_in_schema=False)

MOST_CONFLICTS = 200


@router.get("/programmes/{programme_id}/rule")
async def show_rule(request: Request, programme_id: UUID, res: Res, coordinator: Coordinator) -> Response:
    return await _rule(request, res, programme_id, Form())


@router.post("/programmes/{programme_id}/rule")
async def publish_rule(
    request: Request, programme_id: UUID, res: Res, once: Idempotent, coordinator: Coordinator
) -> Response:
    form = await read_form(request, PublishRule)
    if form.command is None:
        return await _rule(request, res, programme_id, form)
    await hearing.programme(res.pool, programme_id)
    async with once.transaction(res.pool, *await subjects_of_rule(res, programme_id)) as connection:
        percent = form.command.minimum_percent
        await completing.publish_rule(connection, programme_id, percent, coordinator.subject, datetime.now(UTC))
        return await once.keep(connection, see_other(request, f"/programmes/{programme_id}/rule", _("The rule holds.")))


@router.get("/conflicts")
async def show_conflicts(request: Request, res: Res, reader: Reader) -> Response:
    rows = await res.pool.fetch(sql.conflicts.text, only_own(reader), MOST_CONFLICTS)
    return page(request, "conflicts.html", conflicts=rows)


async def _rule(request: Request, res: Res, programme_id: UUID, form: Form[PublishRule]) -> Response:
    programme = await hearing.programme(res.pool, programme_id)
    rules = await res.pool.fetch(sql.rules_of_programme.text, programme_id)
    context = {"programme": programme, "rules": rules}
    return page(request, "rule.html", form.status, values=form.values, errors=form.errors, **context)
