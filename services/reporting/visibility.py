"""What handlers are given."""

from typing import Annotated

from fastapi import Depends

from chassis.service import resources
from chassis.web.auth.principal import Principal, optional_principal
from services.reporting.resources import ReportingResources

Res = Annotated[ReportingResources, Depends(resources)]
Anybody = Annotated[Principal | None, Depends(optional_principal)]
