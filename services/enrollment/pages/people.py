"""The page that finds people."""

from fastapi import APIRouter, Request, Response

from chassis.pages import render
from chassis.pages.forms import read_form
from chassis.problems import Problem
from services.enrollment import directory, reach
from services.enrollment.api.dependencies import Res, Staff
from services.enrollment.api.people import Search
from services.enrollment.pages import words

router = APIRouter(include_in_schema=False)


@router.get("/people")
async def people(request: Request, principal: Staff) -> Response:
    """Where to search."""
    return render(request, "people.html", entries=None, values={}, errors={})


@router.post("/people")
async def search(request: Request, res: Res, principal: Staff) -> Response:
    """What was found. Names travel in the body, because addresses are kept in logs and histories."""
    form = await read_form(request, Search)
    if form.command is None:
        return render(request, "people.html", 422, entries=None, values=form.values, errors=form.errors)
    try:
        entries = await directory.find(res, form.command.text, reach.facilitator_of(principal))
    except Problem as problem:
        errors = words.errors_of(problem)
        return render(request, "people.html", 422, entries=None, values=form.values, errors=errors)
    return render(request, "people.html", entries=entries, statuses=words.STATUSES, values=form.values, errors={})
