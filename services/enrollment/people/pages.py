"""The page that finds people."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from chassis.runtime.rejections import RejectedError
from chassis.web.forms import Form, read_form
from chassis.web.pages import render
from chassis.web.pagination import all_rows
from chassis.web.reads import Read
from services.enrollment.people import service
from services.enrollment.people.commands import Search
from services.enrollment.people.service import ENTRIES_TO_COMPARE, ENTRIES_WITH_COHORT, Entry
from services.enrollment.resources import Res
from services.enrollment.visibility import visibility_of

router = APIRouter(include_in_schema=False)


Compared = Annotated[UUID | None, Query(description="The person with whom somebody who is found is compared.")]


@router.get("/people")
async def search_form(request: Request, compare: Compared = None) -> Response:
    """The form of a search."""
    return _search(request, Form(), compare)


@router.post("/people")
async def search_people(request: Request, res: Res, read: Read, compare: Compared = None) -> Response:
    """The result of a search. Names are sent in the body, because addresses are kept in logs and histories."""
    form = await read_form(request, Search)
    if form.command is None:
        return _search(request, form, compare)
    try:
        entries = await service.find_entries(read, res, form.command.text, visibility_of(read.principal))
    except RejectedError as error:
        return _search(request, form.rejected(error.rejection), compare)
    return _search(request, form, compare, entries)


def _search(
    request: Request, form: Form[Search], compare: UUID | None, entries: Sequence[Entry] | None = None
) -> Response:
    """Shows the form, and what was found; `entries` is None if nothing was searched.

    With a person to `compare` with, each of the others leads to both side by side.
    """
    found = None if entries is None else [one for one in entries if one.person_id != compare]
    return render(
        request,
        "people/search.html",
        form.status,
        form=form,
        compare=compare,
        page=None if found is None else all_rows(ENTRIES_TO_COMPARE if compare else ENTRIES_WITH_COHORT, found),
    )
