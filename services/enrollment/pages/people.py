"""The page that finds people."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from chassis.web.forms import Form, read_form
from chassis.web.pages import render
from chassis.web.problems import Problem
from services.enrollment import directory, reach
from services.enrollment.api.dependencies import Res, Staff
from services.enrollment.api.people import Search
from services.enrollment.directory import Entry
from services.enrollment.pages import words

router = APIRouter(include_in_schema=False)


@router.get("/people")
async def people(request: Request, principal: Staff) -> Response:
    """Where to search."""
    return _found(request, Form())


@router.post("/people")
async def search(request: Request, res: Res, principal: Staff) -> Response:
    """What was found. Names travel in the body, because addresses are kept in logs and histories."""
    form = await read_form(request, Search)
    if form.command is None:
        return _found(request, form)
    try:
        return _found(request, form, await directory.find(res, form.command.text, reach.facilitator_of(principal)))
    except Problem as problem:
        return _found(request, form.refused(problem))


def _found(request: Request, form: Form[Search], entries: Sequence[Entry] | None = None) -> Response:
    """The search, and what it found, if it was made."""
    found = {"entries": entries, "statuses": words.STATUSES}
    return render(request, "people.html", form.status, values=form.values, errors=form.errors, **found)
