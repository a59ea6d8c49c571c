"""The operator's pages of a service's dead letters: the list, one dead letter, redriving it, discarding it."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from chassis.messaging.dead_letters import admin
from chassis.messaging.dead_letters.admin import (
    DEAD_LETTERS,
    DISCARD_REASONS,
    HIGHEST,
    KINDS,
    LIST,
    STATE_BADGES,
    STATES,
    Discard,
    Redrive,
)
from chassis.store.database import Pool
from chassis.web.access import Access
from chassis.web.commands import Write
from chassis.web.forms import Form, choices
from chassis.web.pages import render
from chassis.web.pagination import render_list
from chassis.web.parameters import DIGITS
from chassis.web.problems import Problem
from chassis.web.rates import Rate
from chassis.web.texts import _, ngettext
from chassis.web.views import View, first_rows, view_of

router = APIRouter(prefix="/operator/dead-letters", include_in_schema=False)

OPERATOR = {"operator": Rate.USUAL}

ACCESS: Access = {
    "GET /operator/dead-letters": OPERATOR,
    "POST /operator/dead-letters/redrive": OPERATOR,
    "GET /operator/dead-letters/{number}": OPERATOR,
    "POST /operator/dead-letters/{number}/redrive": OPERATOR,
    "POST /operator/dead-letters/{number}/discard": OPERATOR,
}

Number = Annotated[int, Field(ge=1, le=HIGHEST), DIGITS]


async def _pool(request: Request) -> Pool:
    pool: Pool = request.app.state.resources.pool
    return pool


Store = Annotated[Pool, Depends(_pool)]
ListView = Annotated[View, Depends(view_of(DEAD_LETTERS, exports=True))]


@router.get("")
async def list_dead_letters(request: Request, pool: Store, view: ListView, everything: bool = False) -> Response:
    return await _list(request, pool, Form(), view, everything)


@router.post("/redrive")
async def redrive_all(write: Write, pool: Store) -> Response:
    return await write.press(
        lambda unit, number: admin.request_redrive(unit.connection, number),
        None,
        form=partial(_list, write.request, pool),
        done=partial(_redriving, LIST),
    )


@router.get("/{number}")
async def show_dead_letter(request: Request, number: Number, pool: Store) -> Response:
    return await _details(request, pool, number, Form())


@router.post("/{number}/redrive")
async def redrive_dead_letter(write: Write, pool: Store, number: Number) -> Response:
    return await write.submit(
        Redrive,
        lambda unit, command: admin.request_redrive(unit.connection, number, whole_key=command.whole_key),
        form=partial(_details, write.request, pool, number),
        done=partial(_redriving, f"{LIST}/{number}"),
    )


@router.post("/{number}/discard")
async def discard_dead_letter(write: Write, pool: Store, number: Number) -> Response:
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


async def _list(
    request: Request, pool: Pool, form: Form[Any], view: View | None = None, everything: bool = False
) -> Response:
    page = await admin.list_dead_letters(pool, view or first_rows(DEAD_LETTERS), everything)
    shown = {"form": form, "everything": everything, "service": request.app.title}
    return await render_list(request, "dead_letters/list.html", page, form.status, **shown)


async def _details(request: Request, pool: Pool, number: int, form: Form[Any]) -> Response:
    dead_letter = await admin.dead_letter(pool, number)
    if dead_letter is None:
        raise Problem(404, "no_dead_letter", _("There is no record of this number."))
    return render(
        request,
        "dead_letters/details.html",
        form.status,
        dead_letter=dead_letter,
        form=form,
        kinds=KINDS,
        states=STATES,
        badges=STATE_BADGES,
        reasons=DISCARD_REASONS,
        reason_choices=choices(DISCARD_REASONS),
        service=request.app.title,
    )
