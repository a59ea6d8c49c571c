"""Notices who comes to the service, so that the directory has their names and roles as the issuer says them."""

from fastapi import Request

from chassis.web.auth.principal import Principal
from services.enrollment.resources import EnrollmentResources
from services.enrollment.staff.service import notice


async def notice_visitor(request: Request) -> None:
    """Keeps somebody's name once in each process, and whenever the issuer says another name or other roles.

    Nobody is noticed on a page that needs no sign-in.
    """
    principal: Principal | None = getattr(request.state, "principal", None)
    if principal is None:
        return
    res: EnrollmentResources = request.app.state.resources
    if principal not in res.noticed:
        await notice(res, principal)
        res.noticed.add(principal)
