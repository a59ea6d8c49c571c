"""The page of targets and how far they are reached."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from chassis.web.pagination import render_list
from chassis.web.tables import Table
from chassis.web.views import View, view_of
from services.reporting.resources import Res
from services.reporting.targets.service import TARGETS, TARGETS_IN_FULL, list_targets
from services.reporting.visibility import ExactRead

router = APIRouter(include_in_schema=False)


def _table(request: Request) -> Table:
    """A file has a column for each thing that a page says in one text."""
    return TARGETS_IN_FULL if request.query_params.get("format") else TARGETS


@router.get("/targets")
async def show_targets(
    request: Request,
    res: Res,
    read: ExactRead,
    view: Annotated[View, Depends(view_of(TARGETS_IN_FULL, exports=True, chosen_by=_table))],
) -> Response:
    """The targets in force and how far they are reached: exactly for some roles, else as published."""
    page = await list_targets(read, res.pool, view)
    is_trial = res.settings.environment == "trial"
    return await render_list(request, "targets/list.html", page, exact=read is not None, is_trial=is_trial)
