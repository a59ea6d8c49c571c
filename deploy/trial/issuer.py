"""The trial's own OpenID Connect issuer: one chooses a demonstration person instead of typing a password."""

import base64
import hashlib
import hmac
import ipaddress
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, FastAPI, Form, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from itsdangerous import BadData, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.jwk import OKPKey
from pydantic import BaseModel, TypeAdapter

from chassis.runtime import health
from chassis.runtime.health import Progress
from chassis.runtime.settings import HttpSettings
from chassis.web.access import EVERYBODY, HEALTH, Access
from chassis.web.app import create_app
from chassis.web.pages import render
from chassis.web.problems import Problem
from chassis.web.rates import Rate
from chassis.web.texts import _

PREFIX = "/issuer"
ALGORITHM = "Ed25519"
TOKEN_LASTS = 12 * 3600
"""Seconds."""
CODE_LASTS = 60
"""Seconds between picking a person and the service's asking for the token."""

router = APIRouter(include_in_schema=False)

ACCESS: Access = {
    "GET /.well-known/openid-configuration": {EVERYBODY: Rate.PUBLIC},
    "GET /keys": {EVERYBODY: Rate.PUBLIC},
    "GET /authorize": {EVERYBODY: Rate.SIGN_IN},
    "POST /authorize": {EVERYBODY: Rate.SIGN_IN},
    "POST /token": {EVERYBODY: Rate.SIGN_IN},
}


class Person(BaseModel):
    """Somebody of the demonstration; nobody real."""

    id: str
    role: str
    name: str
    group: str
    organization_id: UUID | None = None


class Authorization(BaseModel):
    """What a service asks the browser to bring here (RFC 6749 4.1.1 with PKCE, RFC 7636)."""

    response_type: str
    client_id: str
    redirect_uri: str
    state: str
    code_challenge: str
    code_challenge_method: str
    nonce: str = ""
    scope: str = "openid"


class TokenRequest(BaseModel):
    """What the token endpoint is asked; `demonstration` is our own grant, for the command line."""

    grant_type: str
    client_id: str = ""
    code: str = ""
    code_verifier: str = ""
    redirect_uri: str = ""
    role: str = ""
    person: str = ""


class Issuer:
    """The issuer's people, key and codes. The key follows from the secret, so a restart signs nobody out."""

    def __init__(self, settings: HttpSettings) -> None:
        self.settings = settings
        self.people = people()
        secret = settings.session_secret.get_secret_value()
        self.key = OKPKey.derive_key(secret, "Ed25519", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
        self._codes = URLSafeTimedSerializer(secret, salt="code")
        self._used: set[str] = set()

    def groups(self) -> dict[str, list[Person]]:
        """The people under their groups' names, as the file has them."""
        groups: dict[str, list[Person]] = {}
        for person in self.people:
            groups.setdefault(person.group, []).append(person)
        return groups

    def find(self, person: str = "", role: str = "") -> Person | None:
        """The person of this id, or else the first one of this role."""
        return next((one for one in self.people if one.id == person or (not person and one.role == role)), None)

    def token(self, person: Person) -> str:
        """An access token for a demonstration person (RFC 9068)."""
        return self._signed("at+jwt", person)

    def id_token(self, person: Person, nonce: str) -> str:
        """The token that answers the request with this nonce (OpenID Connect Core)."""
        return self._signed("JWT", person, nonce=nonce)

    def _signed(self, kind: str, person: Person, **more: str) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.settings.issuer_url,
            "aud": self.settings.client_id,
            "sub": person.id,
            "iat": now,
            "exp": now + TOKEN_LASTS,
            "name": person.name,
            "roles": [person.role],
            **more,
        }
        if person.organization_id:
            claims["organization_id"] = str(person.organization_id)
        return jwt.encode({"typ": kind, "alg": ALGORITHM, "kid": self.key.kid}, claims, self.key, [ALGORITHM])

    def code(self, asked: Authorization, person: Person) -> str:
        """A code that the service which sent the browser can trade once."""
        return self._codes.dumps({**asked.model_dump(), "person": person.id, "once": secrets.token_urlsafe(12)})

    def redeem(self, request: TokenRequest) -> tuple[Person | None, str]:
        """The person and the nonce behind a code, if it is fresh, unused, and the asker is who began."""
        try:
            begun = self._codes.loads(request.code, max_age=CODE_LASTS)
        except BadData:
            return None, ""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(request.code_verifier.encode()).digest()).rstrip(b"=")
        is_theirs = (begun["client_id"], begun["redirect_uri"]) == (request.client_id, request.redirect_uri)
        if (
            not is_theirs
            or begun["once"] in self._used
            or not hmac.compare_digest(begun["code_challenge"].encode(), challenge)
        ):
            return None, ""
        self._used.add(begun["once"])
        return self.find(begun["person"]), begun["nonce"]

    def accepts(self, asked: Authorization) -> bool:
        """Whether this is our own client, coming back to one of our own services."""
        return (
            (asked.response_type, asked.client_id, asked.code_challenge_method)
            == ("code", self.settings.client_id, "S256")
            and asked.redirect_uri.startswith(f"{self.settings.public_url}/")
            and asked.redirect_uri.endswith("/sign-in/callback")
        )


def create_issuer(settings: HttpSettings, host: str) -> FastAPI:
    """The issuer, to be mounted at `/issuer`. Raises `ValueError` anywhere but in a trial on the loopback address."""
    if settings.environment != "trial":
        raise ValueError("the demonstration issuer runs only in the trial: anybody can be anyone there")
    if not is_loopback(host):
        raise ValueError(f"the demonstration issuer listens only on the loopback address, not on {host}")
    app = create_app(
        "issuer",
        PREFIX,
        [router, health.router(Progress(), dict)],
        _nothing_to_open,
        settings,
        __package__,
        {**ACCESS, **HEALTH},
    )
    app.state.issuer = Issuer(settings)
    return app


@router.get("/.well-known/openid-configuration")
async def discovery(request: Request) -> JSONResponse:
    """What this issuer offers (OpenID Connect Discovery 1.0)."""
    base = _issuer(request).settings.issuer_url
    return JSONResponse(
        {
            "issuer": base,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
        }
    )


@router.get("/keys")
async def keys(request: Request) -> JSONResponse:
    """The public key that tokens are checked with."""
    return JSONResponse({"keys": [_issuer(request).key.as_dict(private=False)]})


@router.get("/authorize")
async def choose(request: Request, asked: Annotated[Authorization, Query()]) -> Response:
    """The page on which one picks who to be."""
    _check(request, asked)
    return render(request, "choose.html", groups=_issuer(request).groups())


@router.post("/authorize")
async def chosen(
    request: Request, asked: Annotated[Authorization, Query()], person: Annotated[str, Form()]
) -> Response:
    """Back to the service, with a code."""
    _check(request, asked)
    if (found := _issuer(request).find(person)) is None:
        raise Problem(404, "unknown_person", _("There is no such demonstration person."))
    code = _issuer(request).code(asked, found)
    return RedirectResponse(f"{asked.redirect_uri}?{urlencode({'code': code, 'state': asked.state})}", 303)


@router.post("/token")
async def token(request: Request, asked: Annotated[TokenRequest, Form()]) -> JSONResponse:
    """Tokens for a code; or, for the command line on this machine, for a person or a role."""
    issuer = _issuer(request)
    match asked.grant_type:
        case "authorization_code":
            person, nonce = issuer.redeem(asked)
        case "demonstration" if _is_local(request):
            person, nonce = issuer.find(asked.person, asked.role), ""
        case _:
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
    if person is None:
        return JSONResponse({"error": "invalid_grant"}, 400)
    return JSONResponse(
        {
            "access_token": issuer.token(person),
            "id_token": issuer.id_token(person, nonce),
            "token_type": "Bearer",
            "expires_in": TOKEN_LASTS,
        },
        headers={"Cache-Control": "no-store"},
    )


def people() -> list[Person]:
    """Everybody of the demonstration."""
    path = Path(__file__).with_name("people.json")
    return TypeAdapter(list[Person]).validate_json(path.read_bytes())


def is_loopback(host: str | None) -> bool:
    """Whether only this machine can reach that address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _is_local(request: Request) -> bool:
    """Asked from this machine, by a name of this machine (a foreign name would be a rebound one)."""
    return is_loopback(request.client and request.client.host) and is_loopback(request.url.hostname)


def _check(request: Request, asked: Authorization) -> None:
    if not _issuer(request).accepts(asked):
        raise Problem(400, "not_our_client", _("This request to sign in did not come from one of our services."))


def _issuer(request: Request) -> Issuer:
    issuer: Issuer = request.app.state.issuer
    return issuer


@asynccontextmanager
async def _nothing_to_open(_app: FastAPI) -> AsyncIterator[None]:
    yield
