"""A reload of the page that a form's mistake was shown on: every address that takes a form answers GET too.

The page stands at the address of the form's POST. Where no GET has that address, it leads to the nearest page above it:
`/cohorts/7/close` to `/cohorts/7`.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute

_PLACE = re.compile(r"{[^{}]*}")


def reload_routes(routers: Sequence[APIRouter]) -> tuple[APIRouter, APIRouter]:
    """The missing GET routes: those to be looked through before the routers' own, and those to be looked through after.

    Before them come the addresses that a route with a parameter would take for its own, as `/orders/{number}` does with
    `/orders/repeat`.
    """
    before, after = APIRouter(include_in_schema=False), APIRouter(include_in_schema=False)
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    pages = [route for route in routes if "GET" in (route.methods or ()) and not route.include_in_schema]
    answered = {_shape(page.path) for page in pages}
    forms = [route.path for route in routes if "POST" in (route.methods or ()) and not route.include_in_schema]
    for path in dict.fromkeys(forms):
        steps = next((steps for steps, above in enumerate(_above(path), 1) if _shape(above) in answered), None)
        if steps is not None and _shape(path) not in answered:
            taken = any(page.path_regex.match(path) for page in pages)
            (before if taken else after).add_api_route(path, _lead_up(steps), methods=["GET"])
    return before, after


def _lead_up(steps: int) -> Callable[[Request], Awaitable[RedirectResponse]]:
    async def lead_up(request: Request) -> RedirectResponse:
        """Leads to the page so many steps above this address."""
        root = request.app.state.prefix
        path = request.url.path.removeprefix(root).rsplit("/", steps)[0]
        return RedirectResponse(f"{root}{path or '/'}", 303)

    return lead_up


def _shape(path: str) -> str:
    return _PLACE.sub("{}", path)


def _above(path: str) -> Iterator[str]:
    """The addresses above, from the nearest to the root."""
    while path.count("/") > 1:
        path = path.rpartition("/")[0]
        yield path
    yield "/"
