"""What handlers are given."""

from typing import Annotated

from fastapi import Depends

from chassis.access import Principal, optional_principal
from chassis.service import resources
from services.reporting.resources import ReportingResources

Res = Annotated[ReportingResources, Depends(resources)]
Anybody = Annotated[Principal | None, Depends(optional_principal)]
