"""Permissions: everybody may see the public figures, some roles finer slices and other instants too."""

from typing import Annotated

from fastapi import Depends

from chassis.web.auth.principal import Principal, optional_principal
from chassis.web.problems import Problem
from chassis.web.texts import _
from services.reporting.answers.domain import Question

Anybody = Annotated[Principal | None, Depends(optional_principal)]

MAY_SEE_FINER = frozenset({"coordinator", "auditor"})


def check_may_ask(question: Question, principal: Principal | None) -> None:
    """Raises a `Problem` for a question that this person may not ask."""
    if question.is_public:
        return
    if principal is None and not question.is_of_now:
        raise Problem(
            401,
            "not_of_now",
            _("The public has the figures of now: what two instants tell by their difference could reveal people."),
            remedy=_("Leave out as_of and recorded_as_of, or sign in as coordinator or auditor."),
            headers={"WWW-Authenticate": "Bearer"},
        )
    if principal is None:
        raise Problem(
            401,
            "finer_than_public",
            _("The public has the total, or one dimension or filter: finer slices could reveal people."),
            remedy=_("Ask by one dimension, or sign in as coordinator or auditor."),
            headers={"WWW-Authenticate": "Bearer"},
        )
    if principal.roles.isdisjoint(MAY_SEE_FINER):
        raise Problem(
            403,
            "wrong_role",
            _("Your role does not allow this."),
            remedy=_("Ask by one dimension.") if question.is_of_now else _("Leave out as_of and recorded_as_of."),
        )
