"""Who may call a route, and how often: each service's `access.py` is one table of all its routes.

A line has the method and the path of a route, as OpenAPI writes them, and the roles that may call it::

    ACCESS: Access = {
        "GET /api/cohorts": {"coordinator": Rate.USUAL, "facilitator": Rate.USUAL},
        "GET /r/{code}": {EVERYBODY: Rate.VISITS},
    }

The application checks the table before every route and does not start without a line for each. A route that needs to
know who asks takes a `SignedIn`, or a `Write` if it changes something; a public one may take an `Anybody`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute

from chassis.web.auth.principal import Principal, bearer, not_signed_in, optional_principal
from chassis.web.problems import Problem
from chassis.web.rates import Rate
from chassis.web.texts import _

EVERYBODY = "everybody"
"""In the place of a role: a line for whoever asks, signed in or not."""

Access = Mapping[str, Mapping[str, Rate | None]]
"""Rates by role, by the method and path of a route; None means that the route is not limited."""

HEALTH: Access = {
    "GET /health/live": {EVERYBODY: None},
    "GET /health/ready": {EVERYBODY: None},
    "GET /metrics": {EVERYBODY: None},
}

Anybody = Annotated[Principal | None, Depends(optional_principal)]
"""The principal of a public route, where somebody is signed in."""


async def check_access(request: Request) -> Principal | None:
    """The principal, if the route is for some roles only. Raises a 401 or 403 for those whom it is not for."""
    access: Access = request.app.state.access
    rates = access[f"{request.method} {request.scope['route'].path_format}"]
    if EVERYBODY in rates:
        return None
    principal = await optional_principal(request, await bearer(request))
    if principal is None:
        raise not_signed_in()
    if principal.roles.isdisjoint(rates):
        raise Problem(403, "wrong_role", _("Your role does not allow this."))
    return principal


async def signed_in(principal: Annotated[Principal | None, Depends(check_access)]) -> Principal:
    """The principal of the request, whose role was checked."""
    if principal is None:
        raise not_signed_in()
    return principal


SignedIn = Annotated[Principal, Depends(signed_in)]
"""The principal of a route that is for some roles only."""


def lines_of(routers: Iterable[APIRouter]) -> Iterator[str]:
    """The lines that a table needs for these routers."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                yield from (f"{method} {route.path_format}" for method in route.methods or ())


def check_table(access: Access, routers: Iterable[APIRouter]) -> None:
    """Raises `ValueError` where the table and the routes differ."""
    lines = set(lines_of(routers))
    if missing := lines - access.keys():
        raise ValueError(f"access.py does not say who may call {', '.join(sorted(missing))}")
    if unknown := access.keys() - lines:
        raise ValueError(f"access.py has lines without a route: {', '.join(sorted(unknown))}")
