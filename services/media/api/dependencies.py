"""What routes ask for: the service's resources, who may, and which part of a list."""

from typing import Annotated

from fastapi import Depends, Query, Request

from chassis.access import Principal, require
from services.media.resources import MediaResources


async def resources(request: Request) -> MediaResources:
    """What the running service holds open. Asynchronous, for a plain function would cost the redirect a thread."""
    found: MediaResources = request.app.state.resources
    return found


Res = Annotated[MediaResources, Depends(resources)]
Writer = Annotated[Principal, Depends(require("communications"))]
Reader = Annotated[Principal, Depends(require("communications", "coordinator", "auditor"))]
After = Annotated[int | None, Query(description="`next` of the former answer, for the part after it.")]
