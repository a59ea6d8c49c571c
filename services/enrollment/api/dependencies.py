"""What routes ask for: the service's resources, and who may."""

from typing import Annotated

from fastapi import Depends

from chassis.service import resources
from chassis.web.auth.principal import Principal, require
from services.enrollment.resources import EnrollmentResources

Res = Annotated[EnrollmentResources, Depends(resources)]
Coordinator = Annotated[Principal, Depends(require("coordinator"))]
Staff = Annotated[Principal, Depends(require("coordinator", "facilitator"))]
Observer = Annotated[Principal, Depends(require("coordinator", "facilitator", "auditor"))]
Follower = Annotated[Principal, Depends(require("coordinator", "delegate"))]
