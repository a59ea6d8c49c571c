"""The page that finds people."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from chassis.runtime.rejections import RejectedError
from chassis.web.forms import Form, read_form
from chassis.web.pages import render
from chassis.web.pagination import all_rows
from chassis.web.reads import Read
from services.enrollment.people import service
from services.enrollment.people.commands import Search
from services.enrollment.people.service import ENTRIES_WITH_COHORT, Entry
from services.enrollment.resources import Res
from services.enrollment.visibility import visibility_of

router = APIRouter(include_in_schema=False)


@router.get("/people")
async def search_form(request: Request) -> Response:
    """The form of a search."""
    return _search(request, Form())


@router.post("/people")
async def search_people(request: Request, res: Res, read: Read) -> Response:
    """The result of a search. Names are sent in the body, because addresses are kept in logs and histories."""
    form = await read_form(request, Search)
    if form.command is None:
        return _search(request, form)
    try:
        entries = await service.find_entries(read, res, form.command.text, visibility_of(read.principal))
    except RejectedError as error:
        return _search(request, form.rejected(error.rejection))
    return _search(request, form, entries)


def _search(request: Request, form: Form[Search], entries: Sequence[Entry] | None = None) -> Response:
    """Shows the form, and what was found; `entries` is None if nothing was searched."""
    return render(
        request,
        "people/search.html",
        form.status,
        form=form,
        page=None if entries is None else all_rows(ENTRIES_WITH_COHORT, list(entries)),
    )
