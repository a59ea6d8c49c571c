"""What routes ask for: the service's resources, and who may."""

from typing import Annotated

from fastapi import Depends, Request

from chassis.access import Principal, require
from services.enrollment.resources import EnrollmentResources


def resources(request: Request) -> EnrollmentResources:
    """What the running service holds open."""
    found: EnrollmentResources = request.app.state.resources
    return found


Res = Annotated[EnrollmentResources, Depends(resources)]
Coordinator = Annotated[Principal, Depends(require("coordinator"))]
Staff = Annotated[Principal, Depends(require("coordinator", "facilitator"))]
Observer = Annotated[Principal, Depends(require("coordinator", "facilitator", "auditor"))]
Follower = Annotated[Principal, Depends(require("coordinator", "delegate"))]
