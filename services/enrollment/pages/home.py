"""Where the console begins: each person's own work."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from chassis.web.auth.principal import Principal, require
from chassis.web.pages import see_other

router = APIRouter(include_in_schema=False)

Anyone = Annotated[Principal, Depends(require("coordinator", "facilitator", "delegate", "auditor"))]


@router.get("/")
async def home(request: Request, principal: Anyone) -> Response:
    """A delegate begins with their organization, everybody else with the cohorts."""
    follows_only = principal.roles.isdisjoint({"coordinator", "facilitator", "auditor"})
    return see_other(request, "/organizations" if follows_only else "/cohorts")
