"""What every request and answer of a service have in common, as ASGI middleware."""

import re
import time
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlencode, urlsplit

import structlog
from opentelemetry.trace import SpanKind
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.runtime.telemetry import HTTP_SECONDS, correlated
from chassis.runtime.traces import Attributes, Step, describe
from chassis.web import locale
from chassis.web.auth.principal import COOKIE, bearer, has_credentials
from chassis.web.bodies import limited
from chassis.web.problems import Problem, of_status
from chassis.web.texts import _

CORRELATION_HEADER = "X-Correlation-Id"
LONGEST_ADDRESS = 8 * 1024
LONGEST_HEADERS = 16 * 1024
"""Bytes of all headers together. No expression and no parser of a header sees more."""

_CORRELATION = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
_OF_MACHINES = re.compile(r"/(metrics|health/\w+|static/.*)$")
"""Paths whose requests would fill the traces and tell nothing."""
_METHODS = _SAFE_METHODS | {"POST", "PUT", "PATCH", "DELETE"}

log = structlog.get_logger()


class Respond(Protocol):
    """Turns a problem into the answer this request's sender can read."""

    async def __call__(self, request: Request, problem: Problem) -> Response: ...


class RequestTelemetry:
    """Gives the request its correlation id, and measures it."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        given = request.headers.get(CORRELATION_HEADER, "")
        correlation = given if _CORRELATION.fullmatch(given) else None
        step = None if _OF_MACHINES.search(request.scope["path"]) else self._step(request)
        with correlated(correlation, request.headers.get("traceparent"), step) as correlation_id:
            await self._observe(request, correlation_id, send)

    async def _observe(self, request: Request, correlation_id: str, send: Send) -> None:
        began, status = time.monotonic(), 0

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[CORRELATION_HEADER] = correlation_id
            await send(message)

        try:
            await self.app(request.scope, request.receive, observed)
        finally:
            self._report(request, status, time.monotonic() - began)

    def _step(self, request: Request) -> Step:
        method = _method(request)
        return Step(method, SpanKind.SERVER, {"http.request.method": method, "minka.service": self.service})

    def _report(self, request: Request, status: int, seconds: float) -> None:
        route = getattr(request.scope.get("route"), "path", "none")
        method = _method(request)
        attributes: Attributes = {"http.route": route, "http.response.status_code": status}
        describe(f"{method} {route}", attributes, str(status) if status >= 500 else None)
        HTTP_SECONDS.labels(self.service, method, route, status).observe(seconds)
        log.info("request", service=self.service, method=method, route=route, status=status, ms=round(seconds * 1000))


def _method(request: Request) -> str:
    """The request's method, if it is one of those that there are: strangers must not make up labels."""
    return request.method if request.method in _METHODS else "other"


class LocaleMiddleware:
    """Answers in the reader's language, and keeps the one that `?lang=` asks for. Routes never see that parameter."""

    def __init__(self, app: ASGIApp, locales: Mapping[str, locale.Locale], public_url: str) -> None:
        self.app = app
        self.locales = locales
        self.secure = public_url.startswith("https:")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        reader, asked = locale.chosen(request, self.locales), locale.asked_for(request, self.locales)
        if locale.PARAMETER in request.query_params:
            scope["query_string"] = _without(request, locale.PARAMETER)

        async def labelled(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._label(MutableHeaders(scope=message), reader, asked)
            await send(message)

        with locale.using(reader):
            await self.app(scope, receive, labelled)

    def _label(self, headers: MutableHeaders, reader: locale.Locale, asked: locale.Locale | None) -> None:
        if "public" in headers.get("cache-control", ""):
            return  # the same for all readers
        headers.add_vary_header("Accept-Language, Cookie")
        if headers.get("content-type", "").startswith(("text/html", "application/problem+json")):
            headers["Content-Language"] = reader.tag
        if asked is not None:
            headers.append("Set-Cookie", self._cookie(asked))

    def _cookie(self, asked: locale.Locale) -> str:
        attributes = f"Max-Age={locale.COOKIE_LASTS}; Path=/; SameSite=Lax; HttpOnly{'; Secure' if self.secure else ''}"
        return f"{locale.COOKIE}={asked.language}; {attributes}"


class SecurityMiddleware:
    """Security headers on every answer; no request from other sites in a signed-in person's name; nothing endless."""

    def __init__(self, app: ASGIApp, public_url: str, issuer_url: str, respond: Respond) -> None:
        self.app = app
        self.origin = _origin(public_url)
        self.headers = _security_headers(public_url, issuer_url)
        self.respond = respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        is_for_one = has_credentials(request)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self.headers)
                if is_for_one:
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if problem := _too_long(scope) or (self._forged() if await self._is_forged(request) else None):
            response = await self.respond(request, problem)
            await response(scope, receive, guarded)
        else:
            await self.app(scope, receive if request.method in _SAFE_METHODS else limited(request), guarded)

    async def _is_forged(self, request: Request) -> bool:
        """Whether another site may have made a visitor's browser send this, with the cookies that it has for us.

        A bearer token counts instead of the cookie, and no browser adds one by itself, as it does with a password.
        What names no origin comes from no browser, or from an old one, and is no sign-in's.
        """
        if request.method in _SAFE_METHODS or await bearer(request):
            return False
        if origin := request.headers.get("origin"):
            return origin != self.origin
        return COOKIE in request.cookies and request.headers.get("sec-fetch-site") != "same-origin"

    def _forged(self) -> Problem:
        return Problem(
            403,
            "foreign_origin",
            _("The request did not come from this site's own pages."),
            remedy=_("Open the page at %(address)s and try again.", address=self.origin),
        )


class UnhandledErrors:
    """Answers for what nobody expected to fail."""

    def __init__(self, app: ASGIApp, respond: Respond) -> None:
        self.app = app
        self.respond = respond

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, noticed)
        except Exception as error:
            if scope["type"] != "http" or begun:
                raise  # half an answer is out: only a broken connection can tell
            log.error("request failed", exc_info=error)
            response = await self.respond(Request(scope, receive), of_status(500))
            await response(scope, receive, send)


def _without(request: Request, parameter: str) -> bytes:
    """The request's query without this parameter."""
    return urlencode([one for one in request.query_params.multi_items() if one[0] != parameter]).encode()


def _too_long(scope: Scope) -> Problem | None:
    """The problem of a request whose address or headers are longer than any browser's."""
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_ADDRESS:
        return of_status(414)
    return of_status(431) if sum(len(name) + len(value) for name, value in scope["headers"]) > LONGEST_HEADERS else None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _security_headers(public_url: str, issuer_url: str) -> Mapping[str, str]:
    policy = (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {_origin(issuer_url)}"
    )
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    if public_url.startswith("https:"):
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers
