"""Who may call a route, and how often: each service's `access.py` is one table of all its routes.

A line has the method and the path of a route, as OpenAPI writes them, and the roles that may call it::

    ACCESS: Access = {
        "GET /api/cohorts": {"coordinator": Rate.USUAL, "facilitator": Rate.USUAL},
        "GET /r/{code}": {EVERYBODY: Rate.VISITS},
    }

The application checks the table before every route and does not start without a line for each. A route that needs to
know who asks takes a `SignedIn`, or a `Write` if it changes something; a public one may take an `Anybody`.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute

from chassis.web.addresses import network_of
from chassis.web.auth.principal import Principal, bearer, not_signed_in, optional_principal
from chassis.web.problems import Problem
from chassis.web.rates import CallCounter, Rate
from chassis.web.texts import _, ngettext

EVERYBODY = "everybody"
"""In the place of a role: a line for whoever asks, signed in or not."""

ANY_ROLE = "any role"
"""In the place of a role: a line for whoever is signed in."""

Access = Mapping[str, Mapping[str, Rate]]
"""Rates by role, by the method and path of a route."""

HEALTH: Access = {
    "GET /health/live": {EVERYBODY: Rate.UNLIMITED},
    "GET /health/ready": {EVERYBODY: Rate.UNLIMITED},
    "GET /metrics": {EVERYBODY: Rate.UNLIMITED},
}

PLACES = 2**14
"""In which networks are counted: a stranger with a million of them takes no more memory and time than these."""

Anybody = Annotated[Principal | None, Depends(optional_principal)]
"""The principal of a public route, where somebody is signed in."""


async def check_access(request: Request) -> Principal | None:
    """The principal, if the route is not for everybody.

    Raises a 401 or 403 for those whom it is not for, and a 429 for those who call it too often: principals are counted,
    by the most generous rate of their roles, and networks where the route is for everybody.
    """
    access: Access = request.app.state.access
    rates = access[f"{request.method} {request.scope['route'].path_format}"]
    if EVERYBODY in rates:
        await count_call(request, rates[EVERYBODY], place_of(request.client.host if request.client else ""))
        return None
    principal = await optional_principal(request, await bearer(request))
    if principal is None:
        raise not_signed_in()
    own = [rates[role] for role in (ANY_ROLE, *principal.roles) if role in rates]
    if not own:
        raise Problem(
            403,
            "wrong_role",
            _("Your role does not allow this."),
            headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'},
        )
    await count_call(request, max(own, key=lambda rate: rate.a_second), principal.subject)
    return principal


async def signed_in(principal: Annotated[Principal | None, Depends(check_access)]) -> Principal:
    """The principal of the request, whose role was checked."""
    if principal is None:
        raise not_signed_in()
    return principal


SignedIn = Annotated[Principal, Depends(signed_in)]
"""The principal of a route that is not for everybody."""


def place_of(address: str) -> str:
    """The place in which calls from this address are counted. Nobody can tell beforehand who shares one with whom."""
    return str(hash(network_of(address)) % PLACES)


async def count_call(request: Request, rate: Rate, caller: str) -> None:
    """Counts a call of the caller. Raises a 429 for one too many."""
    counter: CallCounter = request.app.state.call_counter
    if seconds := await counter.count(rate, caller):
        raise too_often(seconds)


def too_often(seconds: int) -> Problem:
    """The problem of whoever may call again after these seconds."""
    return Problem(
        429,
        "too_many_requests",
        _("This was asked too often within a short time."),
        remedy=ngettext("Try again in %(num)d minute.", "Try again in %(num)d minutes.", math.ceil(seconds / 60)),
        headers={"Retry-After": str(seconds)},
    )


def lines_of(routers: Iterable[APIRouter]) -> Iterator[str]:
    """The lines that a table needs for these routers."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                yield from (f"{method} {route.path_format}" for method in route.methods or ())


def read_paths(access: Access) -> dict[str, Mapping[str, Rate]]:
    """The paths that answer GET, with who may read them and how often."""
    lines = ((line.partition(" "), rates) for line, rates in access.items())
    return {path: rates for (method, _space, path), rates in lines if method == "GET"}


def check_table(access: Access, routers: Iterable[APIRouter]) -> None:
    """Raises `ValueError` where the table and the routes differ."""
    lines = set(lines_of(routers))
    if missing := lines - access.keys():
        raise ValueError(f"access.py does not say who may call {', '.join(sorted(missing))}")
    if unknown := access.keys() - lines:
        raise ValueError(f"access.py has lines without a route: {', '.join(sorted(unknown))}")
