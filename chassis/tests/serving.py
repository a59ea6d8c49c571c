"""The sample service, served to a test together with an issuer whose keys the test holds."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import httpx
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import OKPKey
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from chassis.runtime.settings import HttpSettings
from chassis.service import SHARED, SHARED_ACCESS
from chassis.store.database import Pool
from chassis.tests.sample import app as garden
from chassis.tests.sample import live, orchard
from chassis.web.app import create_app
from chassis.web.auth.openid import Provider

ADDRESS = "http://127.0.0.1:8000"
ISSUER = f"{ADDRESS}/issuer"
CLIENT = "minka"


def settings(**more: Any) -> HttpSettings:
    return HttpSettings(
        environment="trial",
        public_url=more.pop("public_url", ADDRESS),
        issuer_url=ISSUER,
        session_secret=SecretStr("a secret of the tests, long enough to sign"),
        **more,
    )


@dataclass
class Vouching:
    """An issuer as our side sees it: a discovery document and keys. It counts how often the keys are read.

    With a `secret` it also has introspection, for the client with that secret.
    """

    keys: list[OKPKey] = field(default_factory=lambda: [new_key()])
    read: int = 0
    answers: bool = True
    secret: str = ""
    ended: set[str] = field(default_factory=set)

    def token(self, key: OKPKey | None = None, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token for a gardener; a claim given as None is left out."""
        key = key or self.keys[-1]
        now = int(time.time())
        standard = {"iss": ISSUER, "aud": CLIENT, "sub": "ada", "iat": now, "exp": now + 60, "roles": ["gardener"]}
        told = {name: value for name, value in (standard | claims).items() if value is not None}
        return jwt.encode({"alg": "Ed25519", "kid": key.kid, **(header or {})}, told, key, ["Ed25519"])

    def app(self) -> Starlette:
        async def discovery(_request: Request) -> JSONResponse:
            found = {
                "issuer": ISSUER,
                "jwks_uri": f"{ISSUER}/keys",
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
            }
            return JSONResponse(found | ({"introspection_endpoint": f"{ISSUER}/introspect"} if self.secret else {}))

        async def keys(_request: Request) -> JSONResponse:
            self.read += 1
            published = {"keys": [key.as_dict(private=False) for key in self.keys]}
            return JSONResponse(published, 200 if self.answers else 503)

        async def introspect(request: Request) -> JSONResponse:
            form = await request.form()
            ours = (form["client_id"], form.get("client_secret")) == (CLIENT, self.secret)
            return JSONResponse({"active": form["token"] not in self.ended}, 200 if ours else 401)

        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", discovery),
                Route("/keys", keys),
                Route("/introspect", introspect, methods=["POST"]),
            ]
        )


def new_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519", auto_kid=True)


@dataclass
class Site:
    """The sample service at `/sample`, and who vouches for its users."""

    app: FastAPI
    vouching: Vouching
    web: Starlette
    transport: httpx.ASGITransport

    def browser(self, **headers: str) -> httpx.AsyncClient:
        """Somebody at the public address; names of headers with `_` for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return httpx.AsyncClient(transport=self.transport, base_url=ADDRESS, headers=named)

    def gardener(self, **claims: Any) -> httpx.AsyncClient:
        return self.browser(authorization=f"Bearer {self.vouching.token(**claims)}")


def serve(pool: Pool | None = None, told: HttpSettings | None = None) -> Site:
    """The site; `pool` is what the sample's handlers write to."""
    told = told or settings()
    routers = [*(part.router for part in SHARED), garden.router, live.router, orchard.router]
    access = {**garden.ACCESS, **SHARED_ACCESS}
    app = create_app("sample", "/sample", routers, _no_lifespan, told, "chassis.tests.sample", access)
    app.state.resources = SimpleNamespace(pool=pool, stage=live.Stage(), trees=orchard.some_trees())
    vouching = Vouching()
    web = Starlette(routes=[Mount("/issuer", vouching.app()), Mount("/sample", app)])
    app.state.provider = Provider(told.issuer_url, told.client_id, httpx.ASGITransport(web))
    return Site(app, vouching, web, httpx.ASGITransport(web))


@asynccontextmanager
async def _no_lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield
