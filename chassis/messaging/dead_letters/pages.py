"""The operator's pages of a service's dead letters: the list, one letter, handling it again, giving it up."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field, StringConstraints

from chassis.messaging.dead_letters import admin
from chassis.messaging.dead_letters.admin import LONGEST_REASON, NotOpen, QueuesBehind
from chassis.store.database import Pool
from chassis.web.auth.principal import Principal, require
from chassis.web.forms import Form, read_form
from chassis.web.idempotency import Idempotent
from chassis.web.pages import render, see_other
from chassis.web.problems import Problem
from chassis.web.texts import N_, _, ngettext

router = APIRouter(prefix="/operator/dead-letters", include_in_schema=False)

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


async def _pool(request: Request) -> Pool:
    pool: Pool = request.app.state.resources.pool
    return pool


Store = Annotated[Pool, Depends(_pool)]
Operator = Annotated[Principal, Depends(require("operator"))]


class Redrive(BaseModel):
    """What is to be handled again: the letter alone, or with all of its key."""

    whole_key: bool = False


class Discard(BaseModel):
    """Why a letter is given up."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=LONGEST_REASON)]


@router.get("")
async def list_letters(
    request: Request,
    pool: Store,
    operator: Operator,
    everything: bool = False,
    after: Annotated[int, Query(ge=0, le=HIGHEST)] = 0,
) -> Response:
    letters = await admin.dead_letters(pool, everything, after, ROWS + 1)
    following = letters[ROWS - 1]["id"] if len(letters) > ROWS else None
    return _page(request, "dead_letters.html", letters=letters[:ROWS], following=following, everything=everything)


@router.post("/redrive")
async def redrive_all(request: Request, pool: Store, once: Idempotent, operator: Operator) -> Response:
    async with once.transaction(pool) as connection:
        asked = await admin.ask_redrive(connection)
        return await once.record_response(connection, _asked(request, "/operator/dead-letters", asked))


@router.get("/{number}")
async def show_letter(request: Request, number: Number, pool: Store, operator: Operator) -> Response:
    return await _letter(request, pool, number, Form())


@router.post("/{number}/redrive")
async def redrive_letter(
    request: Request, number: Number, pool: Store, once: Idempotent, operator: Operator
) -> Response:
    command = (await read_form(request, Redrive)).command or Redrive()
    async with once.transaction(pool) as connection:
        try:
            asked = await admin.ask_redrive(connection, number, whole_key=command.whole_key)
        except (NotOpen, QueuesBehind) as error:
            raise _refusal(error) from error
        return await once.record_response(connection, _asked(request, f"/operator/dead-letters/{number}", asked))


@router.post("/{number}/discard")
async def discard_letter(
    request: Request, number: Number, pool: Store, once: Idempotent, operator: Operator
) -> Response:
    form = await read_form(request, Discard)
    if form.command is None:
        return await _letter(request, pool, number, form)
    async with once.transaction(pool) as connection:
        try:
            queue = await admin.discard(connection, number, form.command.reason)
        except NotOpen as error:
            raise _refusal(error) from error
        return await once.record_response(connection, _discarded(request, number, queue))


def _asked(request: Request, back_to: str, asked: list[int]) -> Response:
    told = ngettext("%(num)d record will be handled again.", "%(num)d records will be handled again.", len(asked))
    return see_other(request, back_to, told)


def _discarded(request: Request, number: int, queue: list[int]) -> Response:
    """Goes on to the next of the key, where there is one: it still waits."""
    if not queue:
        return see_other(request, f"/operator/dead-letters/{number}", _("The record is discarded."))
    told = _("Record %(number)d is discarded. This one comes next in its queue and still waits.", number=number)
    return see_other(request, f"/operator/dead-letters/{queue[0]}", told)


async def _letter(request: Request, pool: Pool, number: int, form: Form[Discard]) -> Response:
    letter = await admin.dead_letter(pool, number)
    if letter is None:
        raise Problem(404, "no_letter", _("There is no record of this number."))
    return _page(request, "dead_letter.html", form.status, letter=letter, values=form.values, errors=form.errors)


def _refusal(error: Exception) -> Problem:
    if isinstance(error, QueuesBehind):
        return Problem(
            409,
            "queues_behind",
            _("Record %(first)d of the same key comes first.", first=error.first),
            remedy=_("Handle the whole queue again, or the first record before this one."),
        )
    return Problem(
        409,
        "not_open",
        _("This record does not wait: it was handled or discarded, or never was here."),
        remedy=_("Look at the list again."),
    )


def _page(request: Request, name: str, status: int = 200, **context: object) -> Response:
    words = {"service": request.app.title, "kinds": KINDS, "states": STATES}
    return render(request, f"dead_letters/{name}", status, **words, **context)
