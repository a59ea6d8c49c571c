"""The principal of a request and the roles that it has."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field, ValidationError

from chassis.web.auth.activity import IssuerUnavailable
from chassis.web.auth.openid import InvalidToken, Provider
from chassis.web.problems import Problem
from chassis.web.texts import _

log = structlog.get_logger()

COOKIE = "minka_token"
"""Holds the access token of someone who signed in on a page; path `/`, so that one sign-in serves every service."""

REFRESH_COOKIE = "minka_refresh"
"""Holds what that access token is renewed with."""

bearer = HTTPBearer(auto_error=False, bearerFormat="JWT")
"""Finds the token in the header `Authorization`, where there is one."""


@dataclass(frozen=True)
class Principal:
    """Somebody the issuer vouches for."""

    subject: str
    roles: frozenset[str]
    name: str
    organization_id: UUID | None


THE_PUBLIC = Principal("public", frozenset(), "", None)
"""The author of what is changed without signing in. It has no role, so it may call only what is for everybody."""


class _Claims(BaseModel):
    sub: str = Field(min_length=1)
    roles: frozenset[str] = frozenset()
    name: str = ""
    organization_id: UUID | None = None


def has_credentials(request: Request) -> bool:
    """Whether the request says who asks, truly or not: its answer is for nobody else."""
    return COOKIE in request.cookies or "authorization" in request.headers


def principal_of(claims: dict[str, Any]) -> Principal:
    """The person a verified token speaks of. Raises `InvalidToken` if the claims are not of the expected kinds."""
    try:
        known = _Claims.model_validate(claims)
    except ValidationError as error:
        raise InvalidToken("claims") from error
    return Principal(known.sub, known.roles, known.name, known.organization_id)


async def optional_principal(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> Principal | None:
    """The principal of the request, or None. A bad bearer token is refused; an expired cookie is ignored."""
    if credentials is None:
        return await of_cookie(request)
    try:
        return await _verified(request, credentials.credentials)
    except InvalidToken:
        raise Problem(
            401,
            "invalid_token",
            _("The token is not valid, or no longer."),
            headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
        ) from None


async def of_cookie(request: Request) -> Principal | None:
    """The person signed in on this browser, if any."""
    token = request.cookies.get(COOKIE)
    try:
        return await _verified(request, token) if token else None
    except InvalidToken:
        return None


async def recognize(request: Request) -> None:
    """Notes who is signed in, for the navigation of a page that needs nobody (an error, say)."""
    if not hasattr(request.state, "principal"):
        with suppress(Problem):
            await of_cookie(request)


def not_signed_in() -> Problem:
    """The problem of a request that needs a principal."""
    return Problem(401, "not_signed_in", _("You are not signed in."), headers={"WWW-Authenticate": "Bearer"})


async def _verified(request: Request, token: str) -> Principal:
    provider: Provider = request.app.state.provider
    try:
        principal = principal_of(await provider.access_claims(token))
    except IssuerUnavailable as error:
        log.warning("the issuer cannot be asked about a token", reason=str(error))
        raise Problem(
            503,
            "issuer_unavailable",
            _("Who you are cannot be checked at the moment."),
            remedy=_("Try again in a minute."),
        ) from None
    request.state.principal = principal
    return principal
