"""A service's HTTP application: its routes, the shared pages' parts, and one shape for every error."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import asyncpg
import structlog
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Lifespan
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from chassis.runtime.rejections import RejectedError
from chassis.runtime.settings import HttpSettings
from chassis.runtime.telemetry import correlation_id
from chassis.store.database import TRANSIENT
from chassis.version import VERSION
from chassis.web import locale, texts
from chassis.web.access import EVERYBODY, Access, check_access, check_table, lines_of
from chassis.web.auth import principal, sign_in
from chassis.web.auth.openid import Provider
from chassis.web.auth.renewal import RenewalMiddleware
from chassis.web.contents import unexpected_content, unreadable
from chassis.web.cross_origin import CrossOriginReads, route_path
from chassis.web.heads import HeadMiddleware, allowed_methods
from chassis.web.idempotency import Replayed
from chassis.web.inputs import FORM_LIMITS, NOT_TEXT, NUL
from chassis.web.middleware import LocaleMiddleware, RequestTelemetry, SecurityMiddleware, UnhandledErrors
from chassis.web.openapi import DEFAULT, describe, docs_of, name_of
from chassis.web.pages import Pages, assets, interface, render
from chassis.web.pages.reloads import reload_routes
from chassis.web.parameters import check_parameters
from chassis.web.problems import PROBLEM_JSON, Problem, invalid, of_rejection, of_status
from chassis.web.rates import CallCounter, Rate
from chassis.web.texts import _
from chassis.web.validators import ConditionalReads

log = structlog.get_logger()


def create_app(
    title: str,
    prefix: str,
    routers: Sequence[APIRouter],
    lifespan: Lifespan[FastAPI],
    settings: HttpSettings,
    package: str,
    access: Access,
    after_access: Sequence[Callable[..., Any]] = (),
) -> FastAPI:
    """The application, to be mounted at `prefix` or served there by a front door; `package` holds its `pages/`.

    The dependencies `after_access` are called before each route, once access was checked. Raises `ValueError` where
    `access` does not have a line for each of the routers' routes, or has others.
    """
    app = FastAPI(
        title=title,
        version=VERSION,
        servers=[{"url": prefix or "/"}],
        root_path_in_servers=False,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # such a redirect would lead to whatever host the request names
        form_limits=FORM_LIMITS,
        dependencies=[*map(Depends, (_address_is_text, check_access, check_parameters, *after_access))],
        responses=DEFAULT,
        generate_unique_id_function=name_of,
        middleware=_middleware(title, settings, access),
        telemetry={"tracing": False, "metrics": False, "logs": False},  # its spans would have addresses of people
        exception_handlers={
            HTTPException: _http_error,
            RequestValidationError: _invalid,
            RejectedError: _rejected,
            Replayed: _replayed,
            **dict.fromkeys(TRANSIENT, _busy),
            asyncpg.DataError: _not_storable,
        },
    )
    app.openapi = partial(describe, app)  # type: ignore[method-assign]  # the way that FastAPI documents
    app.state.prefix = prefix
    app.state.settings = settings
    app.state.provider = Provider(
        settings.issuer_url,
        settings.client_id,
        internal_url=settings.issuer_internal_url,
        client_secret=settings.client_secret.get_secret_value(),
    )
    app.state.pages = Pages(package, settings)
    app.state.call_counter = CallCounter(settings.rate_factor)
    _include(app, routers, access)
    return app


def _middleware(title: str, settings: HttpSettings, access: Access) -> list[Middleware]:
    """What each request passes, from the outside in."""
    public_url = settings.public_url
    return [
        Middleware(ProxyHeadersMiddleware, trusted_hosts=[str(one) for one in settings.trusted_proxies]),
        Middleware(RequestTelemetry, service=title),
        Middleware(HeadMiddleware),
        Middleware(CrossOriginReads, access=access),
        Middleware(LocaleMiddleware, locales=_locales(settings), public_url=public_url),
        Middleware(SecurityMiddleware, public_url=public_url, issuer_url=settings.issuer_url, respond=respond),
        Middleware(RenewalMiddleware, public_url=public_url),
        Middleware(GZipMiddleware, minimum_size=1000, compresslevel=5),
        Middleware(ConditionalReads, access=access),
        Middleware(UnhandledErrors, respond=respond),
    ]


def _include(app: FastAPI, routers: Sequence[APIRouter], access: Access) -> None:
    """Adds the routes with those that every application has. Raises `ValueError` where `access` has other lines."""
    pages_first = [*routers, sign_in.router, assets.router, interface.router]
    before, after = reload_routes(pages_first)
    reloads = {line: {EVERYBODY: Rate.PUBLIC} for line in lines_of((before, after))}
    app.state.access = {**access, **sign_in.ACCESS, **assets.ACCESS, **interface.ACCESS, **reloads}
    in_order = (before, *pages_first, after)
    check_table(app.state.access, in_order)
    for router in in_order:
        app.include_router(router)


def _locales(settings: HttpSettings) -> dict[str, locale.Locale]:
    """The locales that the settings offer. Raises `ValueError` for a language without texts."""
    locales = locale.offered(settings)
    if without_texts := set(locales) - texts.translated_languages() - {texts.SOURCE_LANGUAGE}:
        raise ValueError(f"there are no texts in {', '.join(sorted(without_texts))}; see `languages`")
    return locales


async def respond(request: Request, problem: Problem) -> Response:
    """The problem as a page for a browser that navigates, else as problem+json."""
    details = problem.details(correlation_id.get(), docs_of(request.app))
    if not wants_page(request):
        headers = {"Vary": "Accept", **(problem.headers or {})}
        return Response(details.model_dump_json(), problem.status_code, headers, PROBLEM_JSON)
    if problem.status_code == 401 and request.method == "GET":
        return RedirectResponse(sign_in.address(request), 303)
    await principal.recognize(request)
    page = render(request, "problem.html", problem.status_code, problem=details)
    page.headers.update(problem.headers or {})
    page.headers.add_vary_header("Accept")
    return page


def wants_page(request: Request) -> bool:
    """Browsers name HTML when they navigate; programs and scripts do not."""
    return "text/html" in request.headers.get("accept", "")


async def _http_error(request: Request, error: Any) -> Response:
    if isinstance(error, Problem):
        return await respond(request, error)
    headers = dict(error.headers or {})
    if "Allow" in headers:
        headers["Allow"] = allowed_methods(request.app.state.access, route_path(request.scope))
    return await respond(request, of_status(error.status_code, headers))


async def _invalid(request: Request, error: Any) -> Response:
    return await respond(request, unexpected_content(request) or unreadable(error.errors()) or invalid(error.errors()))


async def _rejected(request: Request, error: Any) -> Response:
    return await respond(request, of_rejection(error.rejection))


async def _busy(request: Request, error: Any) -> Response:
    log.warning("request met a passing trouble", exc_info=error)
    return await respond(
        request,
        Problem(
            503,
            "busy",
            _("The service could not finish this now."),
            remedy=_("Try again in a minute."),
            headers={"Retry-After": "5"},
        ),
    )


async def _not_storable(request: Request, error: Any) -> Response:
    """PostgreSQL has no place for a value, such as a number of 30 digits, that nobody bounded before."""
    log.warning("request had a value that cannot be stored", exc_info=error)
    return await respond(request, Problem(422, "not_storable", _("A value is beyond what can be stored.")))


async def _address_is_text(request: Request) -> None:
    """Raises a 422 for a parameter in the address that PostgreSQL could not even look for."""
    for name, value in (*request.path_params.items(), *request.query_params.multi_items()):
        if NUL in str(value):
            raise Problem(422, "not_text", _(NOT_TEXT), field=name)


async def _replayed(_request: Request, replayed: Any) -> Response:
    response: Response = replayed.response
    return response
