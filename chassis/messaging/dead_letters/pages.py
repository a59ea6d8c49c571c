"""The operator's pages of a service's dead letters: the list, one dead letter, redriving it, discarding it."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field

from chassis.messaging.dead_letters import admin
from chassis.messaging.dead_letters.admin import Discard, Redrive
from chassis.store.database import Pool
from chassis.web.auth.principal import Principal, require
from chassis.web.commands import WriteRequest, writes
from chassis.web.forms import Form
from chassis.web.pages import render
from chassis.web.problems import Problem
from chassis.web.texts import N_, _, ngettext

router = APIRouter(prefix="/operator/dead-letters", include_in_schema=False)

LIST = "/operator/dead-letters"

ROWS = 50
"""Rows of the list on one page."""

HIGHEST = 2**63 - 1

KINDS = {"parked": N_("Parked"), "quarantined": N_("Quarantined")}
STATES = {
    "waiting": (N_("Waiting"), "waiting"),
    "redriving": (N_("Being handled again"), "neutral"),
    "redriven": (N_("Handled"), "good"),
    "discarded": (N_("Discarded"), "neutral"),
}

Number = Annotated[int, Field(ge=1, le=HIGHEST)]
After = Annotated[int, Query(ge=0, le=HIGHEST)]


async def _pool(request: Request) -> Pool:
    pool: Pool = request.app.state.resources.pool
    return pool


Store = Annotated[Pool, Depends(_pool)]
Operator = Annotated[Principal, Depends(require("operator"))]
OperatorWrites = Annotated[WriteRequest, Depends(writes("operator"))]


@router.get("")
async def list_dead_letters(
    request: Request, pool: Store, operator: Operator, everything: bool = False, after: After = 0
) -> Response:
    return await _list(request, pool, Form(), everything, after)


@router.post("/redrive")
async def redrive_all(write: OperatorWrites, pool: Store) -> Response:
    return await write.press(
        lambda unit, number: admin.request_redrive(unit.connection, number),
        None,
        form=partial(_list, write.request, pool),
        done=partial(_redriving, LIST),
    )


@router.get("/{number}")
async def show_dead_letter(request: Request, number: Number, pool: Store, operator: Operator) -> Response:
    return await _details(request, pool, number, Form())


@router.post("/{number}/redrive")
async def redrive_dead_letter(write: OperatorWrites, pool: Store, number: Number) -> Response:
    return await write.submit(
        Redrive,
        lambda unit, command: admin.request_redrive(unit.connection, number, whole_key=command.whole_key),
        form=partial(_details, write.request, pool, number),
        done=partial(_redriving, f"{LIST}/{number}"),
    )


@router.post("/{number}/discard")
async def discard_dead_letter(write: OperatorWrites, pool: Store, number: Number) -> Response:
    return await write.submit(
        Discard,
        lambda unit, command: admin.discard(unit.connection, number, command.reason),
        form=partial(_details, write.request, pool, number),
        done=partial(_discarded, number),
    )


def _redriving(path: str, numbers: Sequence[int]) -> tuple[str, str]:
    count = len(numbers)
    return path, ngettext("%(num)d record will be handled again.", "%(num)d records will be handled again.", count)


def _discarded(number: int, queue: Sequence[int]) -> tuple[str, str]:
    """Leads to the next dead letter of the key, if there is one, because it still waits."""
    if not queue:
        return f"{LIST}/{number}", _("The record is discarded.")
    notice = _("Record %(number)d is discarded. This one comes next in its queue and still waits.", number=number)
    return f"{LIST}/{queue[0]}", notice


async def _list(request: Request, pool: Pool, form: Form[Any], everything: bool = False, after: int = 0) -> Response:
    found = await admin.dead_letters(pool, everything, after, ROWS + 1)
    following = found[ROWS - 1].id if len(found) > ROWS else None
    shown = {"dead_letters": found[:ROWS], "following": following, "everything": everything}
    return _page(request, "list.html", form, **shown)


async def _details(request: Request, pool: Pool, number: int, form: Form[Any]) -> Response:
    dead_letter = await admin.dead_letter(pool, number)
    if dead_letter is None:
        raise Problem(404, "no_dead_letter", _("There is no record of this number."))
    return _page(request, "details.html", form, dead_letter=dead_letter)


def _page(request: Request, name: str, form: Form[Any], **context: object) -> Response:
    texts = {"service": request.app.title, "kinds": KINDS, "states": STATES}
    return render(
        request, f"dead_letters/{name}", form.status, values=form.values, errors=form.errors, **texts, **context
    )
