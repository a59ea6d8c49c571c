"""The endpoints of the trial's issuer: discovery, signing in, tokens, and their end."""

import ipaddress
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.security import HTTPAuthorizationCredentials
from pydantic import BaseModel

from chassis.web.access import EVERYBODY, Access
from chassis.web.auth.principal import bearer
from chassis.web.pages import render
from chassis.web.problems import Problem
from chassis.web.rates import Rate
from chassis.web.texts import _
from deploy.trial.authorization_codes import Authorization
from deploy.trial.issuer import Issuer
from deploy.trial.issuer_tokens import ALGORITHM, TOKEN_LASTS
from deploy.trial.sign_ins import SignIn

router = APIRouter(include_in_schema=False)

ACCESS: Access = {
    "GET /.well-known/openid-configuration": {EVERYBODY: Rate.PUBLIC},
    "GET /keys": {EVERYBODY: Rate.PUBLIC},
    "GET /authorize": {EVERYBODY: Rate.SIGN_IN},
    "POST /authorize": {EVERYBODY: Rate.SIGN_IN},
    "POST /token": {EVERYBODY: Rate.SIGN_IN},
    "POST /introspect": {EVERYBODY: Rate.UNLIMITED},
    "POST /revoke": {EVERYBODY: Rate.UNLIMITED},
    "POST /revoke-everywhere": {EVERYBODY: Rate.UNLIMITED},
}


class TokenRequest(BaseModel):
    """What the token endpoint is asked; `demonstration` is our own grant, for the command line."""

    grant_type: str
    client_id: str = ""
    code: str = ""
    code_verifier: str = ""
    redirect_uri: str = ""
    refresh_token: str = ""
    role: str = ""
    person: str = ""


class Subject(BaseModel):
    """A person of ours (RFC 9493, the format `iss_sub`)."""

    sub: str


class GlobalRevocation(BaseModel):
    """The person whose sign-ins should all end."""

    sub_id: Subject


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
            "introspection_endpoint": f"{base}/introspect",
            "revocation_endpoint": f"{base}/revoke",
            "global_token_revocation_endpoint": f"{base}/revoke-everywhere",
            "grant_types_supported": ["authorization_code", "refresh_token"],
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
    return JSONResponse({"keys": [_issuer(request).tokens.key.as_dict(private=False)]})


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
    code = _issuer(request).codes.issue(asked, found)
    return RedirectResponse(f"{asked.redirect_uri}?{urlencode({'code': code, 'state': asked.state})}", 303)


@router.post("/token")
async def token(request: Request, asked: Annotated[TokenRequest, Form()]) -> JSONResponse:
    """Tokens for a code or a refresh token; or, for the command line on this machine, for a person or a role."""
    issuer = _issuer(request)
    match asked.grant_type:
        case "authorization_code":
            person, nonce = issuer.codes.redeem(asked.code, asked.client_id, asked.redirect_uri, asked.code_verifier)
            return _tokens(issuer, issuer.sign_ins.begin(person) if person else None, nonce)
        case "refresh_token":
            return _tokens(issuer, issuer.renew(asked.refresh_token))
        case "demonstration" if _is_local(request):
            person = issuer.find(asked.person, asked.role)
            return _tokens(issuer, issuer.sign_ins.begin(person) if person else None)
        case _:
            return JSONResponse({"error": "unsupported_grant_type"}, 400)


def _tokens(issuer: Issuer, sign_in: SignIn | None, nonce: str = "") -> JSONResponse:
    if sign_in is None:
        return JSONResponse({"error": "invalid_grant"}, 400)
    return JSONResponse(
        {
            "access_token": issuer.tokens.access_token(sign_in),
            "refresh_token": issuer.tokens.refresh_token(sign_in),
            "id_token": issuer.tokens.id_token(sign_in, nonce),
            "token_type": "Bearer",
            "expires_in": TOKEN_LASTS,
        },
        headers={"Cache-Control": "no-store"},
    )


@router.post("/introspect")
async def introspect(request: Request, token: Annotated[str, Form()]) -> JSONResponse:
    """Whether an access token still counts (RFC 7662). A client of the trial has no secret, and is told no more."""
    return JSONResponse({"active": _issuer(request).is_active(token)}, headers={"Cache-Control": "no-store"})


@router.post("/revoke")
async def revoke(request: Request, token: Annotated[str, Form()]) -> Response:
    """Ends the sign-in that a token belongs to, with all its tokens (RFC 7009)."""
    if sign_in := _issuer(request).sign_in_of(token):
        _issuer(request).sign_ins.end(sign_in.id)
    return Response()


@router.post("/revoke-everywhere")
async def revoke_everywhere(
    request: Request,
    asked: GlobalRevocation,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Response:
    """Ends all sign-ins of the person whose access token is shown (draft-parecki-oauth-global-token-revocation)."""
    issuer = _issuer(request)
    sign_in = issuer.sign_in_of(credentials.credentials) if credentials else None
    if sign_in is None or asked.sub_id.sub != sign_in.person.id:
        return Response(status_code=401)
    issuer.sign_ins.end_all(sign_in.person)
    return Response(status_code=204)


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
