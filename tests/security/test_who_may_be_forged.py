"""Nobody acts in another's name: not by a foreign page, by a host's name, or by a token that says who signed in."""

from typing import Any

import httpx
import pytest
from joserfc import jwt

from chassis.tests.serving import Site, serve, settings
from chassis.web.auth.principal import COOKIE
from deploy.trial.gateway import create_gateway
from deploy.trial.issuer import Issuer
from deploy.trial.people import people

EVIL = "evil.example"


@pytest.fixture
def site() -> Site:
    return serve()


@pytest.mark.parametrize("authorization", ["Basic eDp5", "Bearer", "Bearer ", "Digest x", "bearerx y", ""])
async def test_a_browsers_own_password_does_not_replace_the_origin(site: Site, authorization: str) -> None:
    async with site.browser(origin=f"http://{EVIL}", authorization=authorization) as browser:
        browser.cookies.set(COOKIE, site.vouching.token())
        answer = await browser.post("/sample/api/trees", json={})
    assert (answer.status_code, answer.json().get("code")) == (403, "foreign_origin")


@pytest.mark.parametrize("path", ["/sample", "/sample/plant/", "/sample/api/whoami/", "//sample/plant"])
async def test_no_redirect_leads_to_the_host_that_the_request_names(site: Site, path: str) -> None:
    gateway = create_gateway({"sample": site.app})
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway), base_url="http://127.0.0.1:8000") as browser:
        answer = await browser.get(f"http://127.0.0.1:8000{path}", headers={"host": EVIL, "accept": "text/html"})
    assert EVIL not in answer.headers.get("location", "")
    assert answer.status_code == (307 if path == "/sample" else 404)


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"typ": "JWT"}, {"nonce": "n"}),
        ({"typ": "JWT"}, {"at_hash": "h"}),
        ({}, {"c_hash": "h"}),
        ({"typ": "JWT"}, {"typ": "ID"}),
    ],
)
async def test_an_id_token_is_no_access_token(site: Site, header: dict[str, str], claims: dict[str, Any]) -> None:
    token = site.vouching.token(header=header, **claims)
    async with site.browser(authorization=f"Bearer {token}") as bearer, site.browser() as browser:
        browser.cookies.set(COOKIE, token)
        assert (await bearer.get("/sample/api/whoami")).status_code == 401
        assert (await browser.get("/sample/api/whoami")).json() == {"subject": None}


@pytest.mark.parametrize(
    ("header", "claims"),
    [({"typ": "at+jwt"}, {"nonce": "n"}), ({"typ": "JWT"}, {"typ": "Bearer"}), ({"typ": "application/at+jwt"}, {})],
)
async def test_an_access_token_is_known_by_its_type_or_its_claims(
    site: Site, header: dict[str, str], claims: dict[str, Any]
) -> None:
    async with site.browser(authorization=f"Bearer {site.vouching.token(header=header, **claims)}") as bearer:
        assert (await bearer.get("/sample/api/whoami")).json() == {"subject": "ada"}


def test_the_trials_issuer_tells_its_two_tokens_apart() -> None:
    issuer = Issuer(settings())
    person = people()[0]
    access = jwt.decode(issuer.token(person), issuer.tokens.key, ["Ed25519"])
    identity = jwt.decode(issuer.tokens.id_token(issuer.sign_ins.begin(person), "n"), issuer.tokens.key, ["Ed25519"])
    assert (access.header["typ"], "nonce" in access.claims) == ("at+jwt", False)
    assert (identity.header["typ"], identity.claims["nonce"]) == ("JWT", "n")


def test_the_trials_issuer_counts_no_id_token_as_an_access_token() -> None:
    issuer = Issuer(settings())
    sign_in = issuer.sign_ins.begin(people()[0])
    identity = issuer.tokens.id_token(sign_in, "n")
    assert issuer.is_active(issuer.tokens.access_token(sign_in))
    assert not issuer.is_active(identity)
    assert issuer.sign_in_of(identity) is None
