"""Signing in and out on pages: authorization code with PKCE, and the issuer's tokens in cookies."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Awaitable
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from itsdangerous import BadData, URLSafeTimedSerializer

from chassis.runtime.settings import HttpSettings
from chassis.web.access import ANY_ROLE, EVERYBODY, Access, SignedIn
from chassis.web.auth.activity import IssuerUnavailable
from chassis.web.auth.openid import InvalidToken, Provider, Tokens
from chassis.web.auth.principal import COOKIE, REFRESH_COOKIE
from chassis.web.auth.renewal import NOBODY, set_tokens
from chassis.web.pages import see_other
from chassis.web.problems import Problem, of_status
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
    "POST /sign-out/everywhere": {ANY_ROLE: Rate.SIGN_IN},
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
    response.set_cookie(
        STATE_COOKIE, _signer(request).dumps(state), max_age=STATE_LASTS, path=_path(request),
        secure=_is_secure(request), httponly=True, samesite="lax",
    )  # fmt: skip
    return response


@router.get("/sign-in/callback")
async def callback(request: Request, state: str = "", code: str = "") -> Response:
    """Takes the issuer's answer, checks both tokens, and signs the browser in."""
    expected = _remembered(request)
    if not code or not hmac.compare_digest(expected["state"].encode(), state.encode()):
        raise _failed()
    tokens = await _tokens(request, code, expected)
    response = RedirectResponse(expected["return_to"], 303)
    set_tokens(response, tokens, _is_secure(request))
    response.delete_cookie(STATE_COOKIE, path=_path(request))
    return response


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """Ends the sign-in of this browser at the issuer, so that its tokens count nowhere any more."""
    access, refresh = request.cookies.get(COOKIE), request.cookies.get(REFRESH_COOKIE)
    unheard = _("You are signed out here. The issuer could not be told, so elsewhere it may take up to 30 minutes.")
    return await _signed_out(request, _end(_provider(request), access, refresh or access) if access else None, unheard)


@router.post("/sign-out/everywhere")
async def sign_out_everywhere(request: Request, principal: SignedIn) -> Response:
    """Ends all sign-ins of this person, on whatever device, where the issuer offers that."""
    provider, token = _provider(request), request.cookies.get(COOKIE)
    if token is None or not provider.ends_everywhere:
        raise of_status(404)
    unheard = _("You are signed out here. The issuer could not be told, so your other devices are still signed in.")
    return await _signed_out(request, provider.end_everywhere(token, principal.subject), unheard)


async def _end(provider: Provider, access: str, token: str) -> None:
    """Ends the sign-in, if the issuer signed the access token: strangers make nobody ask and nobody forget."""
    if await provider.has_signed(access):
        await provider.end(token)


async def _signed_out(request: Request, ending: Awaitable[None] | None, unheard: str) -> Response:
    """Forgets the browser here whatever happens; `unheard` is the notice if the issuer could not be told."""
    try:
        if ending:
            await ending
        response = RedirectResponse(await _end_session_url(request), 303)
    except IssuerUnavailable:
        response = see_other(request, "/", unheard)
    set_tokens(response, NOBODY, _is_secure(request))
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


async def _tokens(request: Request, code: str, expected: dict[str, str]) -> Tokens:
    provider = _provider(request)
    try:
        tokens = await provider.exchange(code, expected["verifier"], _redirect_uri(request))
        await provider.identity_claims(tokens["id_token"], expected["nonce"])
        await provider.access_claims(tokens["access_token"])
        return Tokens(tokens["access_token"], tokens.get("refresh_token", ""))
    except (IssuerUnavailable, InvalidToken, KeyError) as error:
        raise _failed() from error


async def _end_session_url(request: Request) -> str:
    home = f"{_settings(request).public_url}/"
    end = (await _provider(request).metadata()).get("end_session_endpoint")
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


def _is_secure(request: Request) -> bool:
    return _settings(request).public_url.startswith("https:")


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
