"""Who may see which figures: everybody the public ones, some roles finer slices and other instants too."""

from chassis.web.auth.principal import Principal
from services.reporting.answers.domain import Question

MAY_SEE_FINER = frozenset({"coordinator", "auditor"})


def may_see_finer(principal: Principal | None) -> bool:
    """Whether this person sees exact figures of any slice, as they are counted now."""
    return principal is not None and not principal.roles.isdisjoint(MAY_SEE_FINER)


def may_ask(question: Question, principal: Principal | None) -> bool:
    """Whether this person may have the answer."""
    return question.is_public or may_see_finer(principal)
