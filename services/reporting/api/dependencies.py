"""What handlers are given."""

from typing import Annotated

from fastapi import Depends, Request

from chassis.access import Principal, optional_principal
from services.reporting.resources import ReportingResources


def resources(request: Request) -> ReportingResources:
    """The running service's resources."""
    found: ReportingResources = request.app.state.resources
    return found


Res = Annotated[ReportingResources, Depends(resources)]
Anybody = Annotated[Principal | None, Depends(optional_principal)]
