"""Permissions: everybody may see the public figures, some roles finer slices and other instants too."""

from typing import Annotated

from fastapi import Depends

from chassis.web.auth.principal import Principal, optional_principal
from services.reporting.answers.domain import Question

Anybody = Annotated[Principal | None, Depends(optional_principal)]

MAY_SEE_FINER = frozenset({"coordinator", "auditor"})


def may_ask(question: Question, principal: Principal | None) -> bool:
    """Whether this person may have the answer."""
    return question.is_public or (principal is not None and not principal.roles.isdisjoint(MAY_SEE_FINER))
