"""Signing in on pages: authorization code with PKCE, and the issuer's token in a cookie that scripts cannot read."""

import base64
import hashlib
import hmac
import secrets
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from itsdangerous import BadData, URLSafeTimedSerializer

from chassis.runtime.settings import HttpSettings
from chassis.web.access import EVERYBODY, Access
from chassis.web.auth.openid import InvalidToken, IssuerUnavailable, Provider
from chassis.web.auth.principal import COOKIE
from chassis.web.problems import Problem
from chassis.web.rates import Rate
from chassis.web.texts import _

STATE_COOKIE = "minka_sign_in"
STATE_LASTS = 600
"""Seconds within which somebody has to finish signing in."""

router = APIRouter(include_in_schema=False)

ACCESS: Access = {
    "GET /sign-in": {EVERYBODY: Rate.SIGN_IN},
    "GET /sign-in/callback": {EVERYBODY: Rate.SIGN_IN},
    "POST /sign-out": {EVERYBODY: Rate.SIGN_IN},
}


@router.get("/sign-in")
async def sign_in(request: Request, return_to: str = "") -> Response:
    """Sends the browser to the issuer, remembering in a signed cookie what the answer must match."""
    state = {
        "state": secrets.token_urlsafe(16),
        "nonce": secrets.token_urlsafe(16),
        "verifier": secrets.token_urlsafe(48),
        "return_to": local_path(return_to) or f"{request.app.state.prefix}/",
    }
    response = RedirectResponse(await _authorization_url(request, state), 303)
    _set_cookie(response, request, STATE_COOKIE, _signer(request).dumps(state), STATE_LASTS, path=_path(request))
    return response


@router.get("/sign-in/callback")
async def callback(request: Request, state: str = "", code: str = "") -> Response:
    """Takes the issuer's answer, checks both tokens, and signs the browser in."""
    expected = _remembered(request)
    if not code or not hmac.compare_digest(expected["state"].encode(), state.encode()):
        raise _failed()
    access_token, claims = await _tokens(request, code, expected)
    response = RedirectResponse(expected["return_to"], 303)
    _set_cookie(response, request, COOKIE, access_token, int(claims["exp"] - time.time()), path="/")
    response.delete_cookie(STATE_COOKIE, path=_path(request))
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Forgets the browser here, and at the issuer where it offers that."""
    response = RedirectResponse(await _end_session_url(request), 303)
    response.delete_cookie(COOKIE, path="/")
    return response


def address(request: Request) -> str:
    """Where somebody signs in to come back to this page."""
    here = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
    return f"{_path(request)}?{urlencode({'return_to': here})}"


def local_path(target: str) -> str | None:
    """The target if it is a path on this site, else None: nobody may borrow our sign-in to lead people elsewhere."""
    parts = urlsplit(target)
    is_local = target.startswith("/") and not target.startswith("//") and not (parts.scheme or parts.netloc)
    return target if is_local and target.isprintable() and "\\" not in target else None


async def _authorization_url(request: Request, state: dict[str, str]) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(state["verifier"].encode()).digest()).rstrip(b"=").decode()
    provider = _provider(request)
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": _redirect_uri(request),
        "scope": "openid profile",
        "state": state["state"],
        "nonce": state["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{(await _metadata(request))['authorization_endpoint']}?{urlencode(query)}"


async def _tokens(request: Request, code: str, expected: dict[str, str]) -> tuple[str, dict[str, Any]]:
    provider = _provider(request)
    try:
        tokens = await provider.exchange(code, expected["verifier"], _redirect_uri(request))
        await provider.identity_claims(tokens["id_token"], expected["nonce"])
        return tokens["access_token"], await provider.access_claims(tokens["access_token"])
    except (IssuerUnavailable, InvalidToken, KeyError) as error:
        raise _failed() from error


async def _end_session_url(request: Request) -> str:
    home = f"{_settings(request).public_url}/"
    end = (await _metadata(request)).get("end_session_endpoint")
    query = urlencode({"client_id": _provider(request).client_id, "post_logout_redirect_uri": home})
    return f"{end}?{query}" if end else home


async def _metadata(request: Request) -> dict[str, Any]:
    try:
        return await _provider(request).metadata()
    except IssuerUnavailable as error:
        raise Problem(
            503,
            "issuer_unavailable",
            _("Signing in is not possible at the moment."),
            remedy=_("Try again in a minute."),
        ) from error


def _remembered(request: Request) -> dict[str, str]:
    try:
        return dict(_signer(request).loads(request.cookies.get(STATE_COOKIE, ""), max_age=STATE_LASTS))
    except BadData as error:
        raise _failed() from error


def _failed() -> Problem:
    return Problem(
        400, "sign_in_failed", _("Signing in did not finish."), remedy=_("Sign in again from the page you wanted.")
    )


def _set_cookie(response: Response, request: Request, name: str, value: str, lasts: int, path: str) -> None:
    secure = _settings(request).public_url.startswith("https:")
    response.set_cookie(name, value, max_age=lasts, path=path, secure=secure, httponly=True, samesite="lax")


def _signer(request: Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_settings(request).session_secret.get_secret_value(), salt="sign-in")


def _redirect_uri(request: Request) -> str:
    return f"{_settings(request).public_url}{_path(request)}/callback"


def _path(request: Request) -> str:
    return f"{request.app.state.prefix}/sign-in"


def _settings(request: Request) -> HttpSettings:
    settings: HttpSettings = request.app.state.settings
    return settings


def _provider(request: Request) -> Provider:
    provider: Provider = request.app.state.provider
    return provider
