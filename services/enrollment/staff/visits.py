"""Notices who comes to the service, so that the directory has their names and roles as the issuer says them."""

import math
import time

from fastapi import Request

from chassis.web.auth.principal import Principal
from services.enrollment.resources import EnrollmentResources
from services.enrollment.staff.service import notice

NOTICED_AGAIN_SECONDS = 60 * 60
"""Somebody who was removed from the directory and is at work again is back in it after so long at most."""


async def notice_visitor(request: Request) -> None:
    """Keeps somebody's name once an hour in each process, and whenever the issuer says another name or other roles.

    Nobody is noticed on a page that needs no sign-in.
    """
    principal: Principal | None = getattr(request.state, "principal", None)
    if principal is None:
        return
    res: EnrollmentResources = request.app.state.resources
    now = time.monotonic()
    if now - res.noticed.get(principal, -math.inf) >= NOTICED_AGAIN_SECONDS:
        await notice(res, principal)
        res.noticed[principal] = now
