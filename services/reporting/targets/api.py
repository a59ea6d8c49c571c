"""Targets and how far they are reached, over JSON."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from chassis.web.pagination import Listing
from chassis.web.validators import weak_tag
from chassis.web.views import View, view_of
from services.reporting.resources import Res
from services.reporting.targets.service import TARGETS, TargetProgress, list_targets
from services.reporting.visibility import ExactRead

router = APIRouter(tags=["figures"])

NOBODY: dict[str, list[str]] = {}
"""As OpenAPI says that a route asks for no token, beside the one that it takes."""


class Targets(Listing):
    targets: list[TargetProgress]


@router.get("/api/targets", openapi_extra={"security": [NOBODY]})
async def list_progress(
    res: Res, read: ExactRead, view: Annotated[View, Depends(view_of(TARGETS))], response: Response
) -> Targets:
    """The targets in force, each with its figure as published.

    Coordinators and auditors have every figure exactly, and every baseline.
    """
    page = await list_targets(read, res.pool, view)
    answer = Targets(targets=page.rows, next=page.next)
    response.headers["ETag"] = _tag_of(answer)
    return answer


def _tag_of(answer: Targets) -> str:
    """The entity tag of the targets and their figures, whenever these were compared."""
    return weak_tag(answer.model_dump_json(exclude={"targets": {"__all__": {"as_of"}}}).encode())
