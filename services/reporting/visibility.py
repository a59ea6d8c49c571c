"""Who may see which figures: everybody the public ones, some roles finer slices and other instants too."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from chassis.web.access import Anybody
from chassis.web.auth.principal import Principal
from chassis.web.reads import ReadRequest
from services.reporting.answers.domain import Question

MAY_SEE_FINER = frozenset({"coordinator", "auditor"})


def may_see_finer(principal: Principal | None) -> bool:
    """Whether this person sees exact figures of any slice, as they are counted now."""
    return principal is not None and not principal.roles.isdisjoint(MAY_SEE_FINER)


def may_ask(question: Question, principal: Principal | None) -> bool:
    """Whether this person may have the answer."""
    return question.is_public or may_see_finer(principal)


async def exact_read(request: Request, principal: Anybody) -> AsyncIterator[ReadRequest | None]:
    """The dependency of a list whose figures are exact for some: their read, which is recorded; None for the public."""
    if principal is None or not may_see_finer(principal):
        yield None
        return
    read = ReadRequest(request, principal)
    yield read
    await read.record()


ExactRead = Annotated[ReadRequest | None, Depends(exact_read, scope="function")]
