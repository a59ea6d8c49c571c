"""Roles of this service: communications writes; coordinators and auditors read."""

from typing import Annotated

from fastapi import Depends

from chassis.web.auth.principal import Principal, require
from chassis.web.commands import WriteRequest, writes

Communications = Annotated[Principal, Depends(require("communications"))]
CommunicationsWrites = Annotated[WriteRequest, Depends(writes("communications"))]
Reader = Annotated[Principal, Depends(require("communications", "coordinator", "auditor"))]
