"""What routes ask for: the service's resources, who may, and which part of a list."""

from typing import Annotated

from fastapi import Depends, Query

from chassis.service import resources
from chassis.web.auth.principal import Principal, require
from services.media.resources import MediaResources

Res = Annotated[MediaResources, Depends(resources)]
Writer = Annotated[Principal, Depends(require("communications"))]
Reader = Annotated[Principal, Depends(require("communications", "coordinator", "auditor"))]
After = Annotated[int | None, Query(lt=2**63, description="`next` of the former answer, for the part after it.")]
